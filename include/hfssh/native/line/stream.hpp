#pragma once

#include <string>
#include <utility>

#include "hfssh/native/line/proxy_process.hpp"
#include "hfssh/system/unique_fd.hpp"

namespace hfssh::native {

// A connection to a server: a socket that never blocks, and the ProxyCommand behind it if there is
// one, which is ended with it and which keeps it to the thread that made it.
class Stream {
  public:
    Stream() = default;
    Stream(system::UniqueFd socket, std::string peer, ProxyProcess proxy = {})
        : proxy_(std::move(proxy)), socket_(std::move(socket)), peer_(std::move(peer)) {}
    Stream(Stream&&) = default;
    Stream& operator=(Stream&& other) noexcept;
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    ~Stream() = default;

    [[nodiscard]] int socket() const { return socket_.get(); }
    // For the user: "192.0.2.1 port 22", "ProxyCommand".
    [[nodiscard]] const std::string& peer() const { return peer_; }

    // Closes it now, and then ends the ProxyCommand.
    void close();

  private:
    ProxyProcess proxy_;  // outlives the socket: it has to see its end first
    system::UniqueFd socket_;
    std::string peer_;
};

}  // namespace hfssh::native

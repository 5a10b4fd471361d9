#pragma once

#include <sys/types.h>

#include <string>
#include <utility>

#include "hfssh/system/unique_fd.hpp"

namespace hfssh::native {

// A connection to a server: a socket that never blocks, and the ProxyCommand behind it if there is
// one, the head of a process group, which is ended and reaped with it. The kernel ends that command
// with the thread that started it, so a stream stays with its thread.
class Stream {
  public:
    Stream() = default;
    Stream(system::UniqueFd socket, std::string peer, pid_t proxy = -1)
        : socket_(std::move(socket)), peer_(std::move(peer)), proxy_(proxy) {}
    Stream(Stream&& other) noexcept
        : socket_(std::move(other.socket_)),
          peer_(std::move(other.peer_)),
          proxy_(std::exchange(other.proxy_, -1)) {}
    Stream& operator=(Stream&& other) noexcept;
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    ~Stream() { close(); }

    [[nodiscard]] int socket() const { return socket_.get(); }
    // For a person: "192.0.2.1 port 22", "ProxyCommand".
    [[nodiscard]] const std::string& peer() const { return peer_; }

    // Closes it now. A ProxyCommand has a moment to see the end of its input, then its group is
    // told to end, then killed.
    void close();

  private:
    system::UniqueFd socket_;
    std::string peer_;
    pid_t proxy_ = -1;
};

}  // namespace hfssh::native

#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <utility>

#include "hfssh/system/unique_fd.hpp"

namespace hfssh::native {

// A ProxyCommand that runs, ended at the latest by the destructor. The kernel ends it with the
// thread that started it, so it stays with its thread.
class ProxyProcess {
  public:
    enum class Kind {
        group,   // the head of a process group of its own, ended with all that it has started
        member,  // of our group: ended alone, and no other signal than ssh(1) would send
    };

    ProxyProcess() = default;
    ProxyProcess(pid_t pid, Kind kind) : pid_(pid), kind_(kind) {}
    ProxyProcess(ProxyProcess&& other) noexcept
        : pid_(std::exchange(other.pid_, -1)), kind_(other.kind_) {}
    ProxyProcess& operator=(ProxyProcess&& other) noexcept;
    ProxyProcess(const ProxyProcess&) = delete;
    ProxyProcess& operator=(const ProxyProcess&) = delete;
    ~ProxyProcess() { end(); }

    // Waits at most that long for it to end by itself; true if it has.
    [[nodiscard]] bool ends_within(std::chrono::microseconds time) const;

    // A group has a moment to see the end of its input, is then asked to end, then killed, and is
    // reaped. A member is sent HUP at once; one that continues anyway is left to itself.
    void end();

  private:
    pid_t pid_ = -1;
    Kind kind_ = Kind::group;
};

// A connection to a server: a socket that never blocks, and its ProxyCommand if there is
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

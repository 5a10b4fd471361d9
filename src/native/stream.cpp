#include "hfssh/native/stream.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

namespace hfssh::native {
namespace {

// Waits at most that long for the child to end by itself.
bool reaped_within(pid_t pid, useconds_t microseconds) {
    constexpr useconds_t pause = 1000;
    for (useconds_t waited = 0;; waited += pause) {
        const pid_t reaped = ::waitpid(pid, nullptr, WNOHANG);
        if (reaped == pid || (reaped < 0 && errno != EINTR)) return true;
        if (waited >= microseconds) return false;
        ::usleep(pause);
    }
}

void end_child(pid_t pid) {
    constexpr useconds_t moment = 100'000;
    if (reaped_within(pid, moment)) return;
    ::kill(pid, SIGTERM);
    if (reaped_within(pid, moment)) return;
    ::kill(pid, SIGKILL);
    while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
}

}  // namespace

Stream& Stream::operator=(Stream&& other) noexcept {
    if (this == &other) return *this;
    close();
    socket_ = std::move(other.socket_);
    peer_ = std::move(other.peer_);
    proxy_ = std::exchange(other.proxy_, -1);
    return *this;
}

void Stream::close() {
    socket_.reset();
    if (proxy_ > 0) end_child(std::exchange(proxy_, -1));
}

}  // namespace hfssh::native

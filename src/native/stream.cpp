#include "hfssh/native/stream.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

namespace hfssh::native {
namespace {

// Waits at most that long for the child to end by itself. It is not reaped: its number, which is
// that of its group too, must remain its own until the group has been told.
bool ends_within(pid_t pid, useconds_t microseconds) {
    constexpr useconds_t pause = 1000;
    for (useconds_t waited = 0;; waited += pause) {
        siginfo_t ended = {};
        const int result =
            ::waitid(P_PID, static_cast<id_t>(pid), &ended, WEXITED | WNOHANG | WNOWAIT);
        if (result == 0 && ended.si_pid == pid) return true;
        if (result < 0 && errno != EINTR) return true;
        if (waited >= microseconds) return false;
        ::usleep(pause);
    }
}

// The child with whatever it has started: it is the head of a group of its own.
void end_group(pid_t pid) {
    constexpr useconds_t moment = 100'000;
    const bool by_itself = ends_within(pid, moment);
    ::kill(-pid, SIGTERM);
    if (!by_itself) {
        ends_within(pid, moment);
        ::kill(-pid, SIGKILL);
    }
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
    if (proxy_ > 0) end_group(std::exchange(proxy_, -1));
}

}  // namespace hfssh::native

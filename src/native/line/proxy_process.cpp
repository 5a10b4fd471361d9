#include "hfssh/native/line/proxy_process.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

namespace hfssh::native {
namespace {

constexpr auto moment = std::chrono::milliseconds(100);

void reap(pid_t pid) {
    while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
}

}  // namespace

ProxyProcess& ProxyProcess::operator=(ProxyProcess&& other) noexcept {
    if (this == &other) return *this;
    end();
    pid_ = std::exchange(other.pid_, -1);
    kind_ = other.kind_;
    return *this;
}

// It is not reaped here: its number, which may be that of its group too, must remain its own until
// it has been told.
bool ProxyProcess::ends_within(std::chrono::microseconds time) const {
    constexpr auto pause = std::chrono::milliseconds(1);
    for (std::chrono::microseconds waited{0};; waited += pause) {
        siginfo_t ended = {};
        const int result =
            ::waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOHANG | WNOWAIT);
        if (result == 0 && ended.si_pid == pid_) return true;
        if (result < 0 && errno != EINTR) return true;
        if (waited >= time) return false;
        ::usleep(1000);
    }
}

void ProxyProcess::end() {
    if (pid_ <= 0) return;
    if (kind_ == Kind::member) {
        ::kill(pid_, SIGHUP);
        if (ends_within(moment)) reap(pid_);
    } else {
        const bool by_itself = ends_within(moment);
        ::kill(-pid_, SIGTERM);
        if (!by_itself) {
            (void)ends_within(moment);
            ::kill(-pid_, SIGKILL);
        }
        reap(pid_);
    }
    pid_ = -1;
}

}  // namespace hfssh::native

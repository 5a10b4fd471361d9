#include "hfssh/system/signal_watch.hpp"

namespace hfssh::system {
namespace {

// Of the watch that lives; null if there is none.
const sigset_t* mask_before_watch = nullptr;

void wake_up(int) {}

bool is_ignored(int number) {
    struct sigaction action = {};
    return ::sigaction(number, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace

SignalWatch::SignalWatch() {
    sigemptyset(&watched_);
    for (const int number : {SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP}) {
        if (!is_ignored(number)) watch(number);
    }
    watch(SIGCONT);
    watch(SIGCHLD);
    ::sigprocmask(SIG_BLOCK, &watched_, &before_);
    for (const int number : {SIGPIPE, SIGXFSZ}) {  // a write fails, and no more
        if (is_ignored(number)) continue;
        watch(number);
        sigdelset(&watched_, number);  // handled, not waited for
    }
    mask_before_watch = &before_;
}

SignalWatch::~SignalWatch() {
    mask_before_watch = nullptr;
    for (const auto& [number, action] : actions_)
        ::sigaction(number, &action, nullptr);
    ::sigprocmask(SIG_SETMASK, &before_, nullptr);
}

void SignalWatch::watch(int number) {
    struct sigaction action = {};
    action.sa_handler = wake_up;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    struct sigaction old = {};
    if (::sigaction(number, &action, &old) != 0) return;
    actions_.emplace_back(number, old);
    sigaddset(&watched_, number);
}

void outlive_readers() {
    if (is_ignored(SIGPIPE)) return;
    struct sigaction action = {};
    action.sa_handler = wake_up;  // exec(3) undoes it, which SIG_IGN would outlast
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    ::sigaction(SIGPIPE, &action, nullptr);
}

const sigset_t* child_signal_mask() {
    return mask_before_watch;
}

int SignalWatch::next() const {
    int number = 0;
    return ::sigwait(&watched_, &number) == 0 ? number : 0;
}

bool SignalWatch::told_to_end() const {
    sigset_t pending;
    if (::sigpending(&pending) != 0) return false;
    for (const int number : {SIGTERM, SIGHUP, SIGINT, SIGQUIT}) {
        const bool ours = sigismember(&watched_, number) == 1;
        const bool blocked_anyway = sigismember(&before_, number) == 1;
        if (ours && !blocked_anyway && sigismember(&pending, number) == 1) return true;
    }
    return false;
}

}  // namespace hfssh::system

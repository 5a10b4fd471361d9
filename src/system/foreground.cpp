#include "hfssh/system/foreground.hpp"

#include <signal.h>
#include <sys/wait.h>

#include <cerrno>
#include <utility>

namespace hfssh::system {
namespace {

// At a terminal the whole group was stopped and the child with us; a TSTP sent to us alone is
// passed on. We stop by TSTP's own action, which does nothing if no one is left to continue us:
// the first program of a container, the only one at a terminal.
void stop_both(pid_t child) {
    ::kill(child, SIGTSTP);
    struct sigaction standard = {};
    struct sigaction ours = {};
    standard.sa_handler = SIG_DFL;
    sigset_t only;
    sigemptyset(&only);
    sigaddset(&only, SIGTSTP);
    ::sigaction(SIGTSTP, &standard, &ours);
    ::raise(SIGTSTP);
    ::sigprocmask(SIG_UNBLOCK, &only, nullptr);
    ::sigprocmask(SIG_BLOCK, &only, nullptr);
    ::sigaction(SIGTSTP, &ours, nullptr);
}

// True once the child has ended, and how.
bool reap(pid_t child, Ended& ended) {
    int status = 0;
    const pid_t reaped = ::waitpid(child, &status, WNOHANG);
    if (reaped != child) return reaped < 0 && errno == ECHILD;
    if (WIFSIGNALED(status)) {
        ended.signal = WTERMSIG(status);
    } else {
        ended.status = WEXITSTATUS(status);
    }
    return true;
}

}  // namespace

int attend(pid_t child, const SignalWatch& signals, Ended& ended,
           const std::function<void()>& woken) {
    int told = 0;
    while (!reap(child, ended)) {
        const int number = signals.next();
        if (number == SIGTSTP) {
            stop_both(child);
        } else if (number != SIGCHLD && number != 0) {
            if (number != SIGCONT) told = number;
            ::kill(child, number);
        }
        if (woken) woken();
    }
    // It can have ended of the very signal (Ctrl-C) that still waits for us.
    while (signals.told_to_end()) {
        const int number = signals.next();
        if (number != SIGCHLD && number != SIGCONT && number != SIGTSTP) told = number;
    }
    ended.interrupted = told != 0;
    return told;
}

Ended run_in_foreground(const Command& command, SpawnOptions options, const SignalWatch& signals) {
    Ended ended;
    options.parent_death_signal = SIGTERM;  // it has a terminal to put right
    Spawned child = spawn(command, options);
    ended.error = exec_error(child);
    if (child.pid < 0) return ended;
    if (const int told = attend(child.pid, signals, ended)) ::raise(told);
    return ended;
}

}  // namespace hfssh::system

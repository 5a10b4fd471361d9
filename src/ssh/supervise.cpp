#include "hfssh/ssh/supervise.hpp"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "hfssh/system/platform.hpp"
#include "hfssh/system/spawn.hpp"
#include "hfssh/system/trace.hpp"

namespace hfssh::ssh {
namespace {

// At a terminal the whole group was stopped and the child with us; a TSTP sent to us alone is
// passed on. We stop by TSTP's own action, which does nothing where nobody is left to continue us:
// the first program of a container, the only one at a terminal.
void stop_both(pid_t child) {
    ::kill(child, SIGTSTP);
    struct sigaction standard = {};
    struct sigaction ours = {};
    standard.sa_handler = SIG_DFL;
    sigset_t only;
    ::sigemptyset(&only);
    ::sigaddset(&only, SIGTSTP);
    ::sigaction(SIGTSTP, &standard, &ours);
    ::raise(SIGTSTP);
    ::sigprocmask(SIG_UNBLOCK, &only, nullptr);
    ::sigprocmask(SIG_BLOCK, &only, nullptr);
    ::sigaction(SIGTSTP, &ours, nullptr);
}

// Neither end of git's pipes may find a second holder in us (the far end's close would be seen
// late), nor may anything else that was left open for ssh, which closes all that itself.
void let_go_of_streams(int keep) {
    const system::UniqueFd null = system::open_null();
    if (null) {
        ::dup2(null.get(), STDIN_FILENO);
        ::dup2(null.get(), STDOUT_FILENO);
    }
    system::close_from(STDERR_FILENO + 1, {keep, system::trace_descriptor(), null.get()});
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

Ended supervise(const system::Command& command, const system::SignalWatch& signals, int keep) {
    Ended ended;
    system::SpawnOptions options;
    options.parent_death_signal = SIGTERM;
    system::Spawned child = system::spawn(command, options);
    ended.error = system::exec_error(child);
    if (child.pid < 0) return ended;
    let_go_of_streams(keep);
    while (!reap(child.pid, ended)) {
        const int number = signals.next();
        if (number == SIGTSTP) {
            stop_both(child.pid);
        } else if (number != SIGCHLD && number != 0) {
            ended.interrupted |= number != SIGCONT;
            ::kill(child.pid, number);
        }
    }
    // It can have ended of the very signal (Ctrl-C) that still waits for us.
    while (signals.told_to_end()) {
        ended.interrupted = true;
        (void)signals.next();
    }
    return ended;
}

void end_alike(const Ended& ended) {
    if (ended.signal != 0) {
        const rlimit none = {0, 0};
        ::setrlimit(RLIMIT_CORE, &none);
        ::signal(ended.signal, SIG_DFL);
        sigset_t only;
        ::sigemptyset(&only);
        ::sigaddset(&only, ended.signal);
        ::raise(ended.signal);
        ::sigprocmask(SIG_UNBLOCK, &only, nullptr);
        ::_exit(128 + ended.signal);
    }
    std::exit(ended.status);
}

}  // namespace hfssh::ssh

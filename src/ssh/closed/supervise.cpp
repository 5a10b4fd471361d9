#include "hfssh/ssh/closed/supervise.hpp"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>

#include "hfssh/system/platform.hpp"
#include "hfssh/system/spawn.hpp"
#include "hfssh/system/trace.hpp"

namespace hfssh::ssh {
namespace {

// Neither end of git's pipes may find a second holder in us (the far end's close would be seen
// late), nor may anything else that was left open for ssh, which closes all that itself.
void let_go_of_streams(int keep, OurOutput output) {
    const system::UniqueFd null = system::open_null();
    if (null) {
        ::dup2(null.get(), STDIN_FILENO);
        if (output == OurOutput::let_go) ::dup2(null.get(), STDOUT_FILENO);
    }
    system::close_from(STDERR_FILENO + 1, {keep, system::trace_descriptor(), null.get()});
}

}  // namespace

Ended supervise(const system::Command& command, const system::SignalWatch& signals, int keep,
                OurOutput output) {
    Ended ended;
    system::SpawnOptions options;
    options.parent_death_signal = SIGTERM;
    system::Spawned child = system::spawn(command, options);
    ended.error = system::exec_error(child);
    if (child.pid < 0) return ended;
    let_go_of_streams(keep, output);
    (void)system::attend(child.pid, signals, ended);
    return ended;
}

void end_alike(const Ended& ended) {
    if (ended.signal != 0) {
        const rlimit none = {0, 0};
        ::setrlimit(RLIMIT_CORE, &none);
        ::signal(ended.signal, SIG_DFL);
        sigset_t only;
        sigemptyset(&only);
        sigaddset(&only, ended.signal);
        ::raise(ended.signal);
        ::sigprocmask(SIG_UNBLOCK, &only, nullptr);
        ::_exit(128 + ended.signal);
    }
    std::exit(ended.status);
}

}  // namespace hfssh::ssh

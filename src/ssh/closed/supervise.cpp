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

// Neither end of git's pipes may find a second holder in us: the far end's close would be seen
// late.
void let_go(OurStreams streams) {
    if (streams == OurStreams::kept) return;
    const system::UniqueFd null = system::open_null();
    if (!null) return;
    ::dup2(null.get(), STDIN_FILENO);
    if (streams == OurStreams::let_go) ::dup2(null.get(), STDOUT_FILENO);
}

}  // namespace

Ended supervise(const Child& child, const Supervision& supervision) {
    Ended ended;
    system::SpawnOptions options;
    options.parent_death_signal = SIGTERM;
    options.directory = supervision.directory;
    ReportChannel& channel = supervision.channel;
    const bool reports = channel.descriptor() >= 0;
    if (reports) system::announce_input(channel.descriptor());
    system::Spawned process =
        std::visit([&](const auto& what) { return system::spawn(what, options); }, child);
    ended.error = system::exec_error(process);
    if (process.pid < 0) return ended;
    // Nor may anything else stay that was left open for ssh, which closes all that itself.
    system::close_from(STDERR_FILENO + 1, {channel.descriptor(), system::trace_descriptor()});
    bool held = reports;
    if (!held) let_go(supervision.streams);
    const auto woken = [&] {
        if (!held || channel.read() == Report::none) return;
        held = false;
        let_go(supervision.streams);
        if (supervision.judged) supervision.judged();
    };
    (void)system::attend(process.pid, supervision.signals, ended, woken);
    if (channel.read() != Report::none && held) let_go(supervision.streams);
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

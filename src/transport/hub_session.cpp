#include "hfssh/transport/hub_session.hpp"

#include <cstring>

#include "hfssh/settings/trusted_files.hpp"
#include "hfssh/settings/variables.hpp"
#include "hfssh/ssh/supervise.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/signal_watch.hpp"
#include "hfssh/system/trace.hpp"
#include "hfssh/transport/aftermath.hpp"
#include "hfssh/transport/closed_session.hpp"
#include "hfssh/transport/greeting.hpp"
#include "hfssh/transport/preparation.hpp"
#include "hfssh/transport/selection.hpp"

namespace hfssh::transport {
namespace {

using system::Failure;

void refuse_unsuitable(const HubRequest& request) {
    if (request.underlying.outcome != ssh::Underlying::Outcome::simple) {
        throw Failure("the command that runs ssh is more than an ssh with options: " +
                          system::printable(request.underlying.text),
                      "for hf.co its words are taken apart; put the command into a script of its "
                      "own that ends with: exec ssh \"$@\"");
    }
    for (const char flag : {'W', 'O'}) {
        if (request.typed.has(flag)) {
            throw Failure(std::string("-") + flag + " has no use with hf.co");
        }
    }
}

void require_openssh(const std::optional<settings::GitSettings>& git) {
    if (settings::transport(git) != settings::Transport::native) return;
    throw Failure("this hf-ssh was built without the native transport",
                  "set hf-ssh.transport or HF_SSH_TRANSPORT to auto");
}

void trace_command(const system::Command& command) {
    if (!system::tracing()) return;
    std::string line = "running";
    for (const std::string& word : command.argv) line += " " + system::shell_quote(word);
    system::trace(line);
}

ssh::Ended run_session(ClosedSession& session, const HubRequest& request,
                       const Selection& selection, const system::SignalWatch& signals,
                       const hub::RemoteCommand& remote) {
    const system::Command command = session.command();
    trace_command(command);
    const ssh::Ended ended = ssh::supervise(command, signals, session.descriptor());
    if (ended.error != 0) {
        throw Failure("cannot run " + system::display_path(command.file) + ": " +
                      std::strerror(ended.error));
    }
    system::trace("ssh ended with status " + std::to_string(ended.status) + ", signal " +
                  std::to_string(ended.signal));
    if (request.typed.has('G')) return ended;
    identity::MemoryStore memory(system::state_directory(), settings::in_ci());
    const auto told_to_end = [&] { return signals.told_to_end(); };
    conclude({selection, remote, ended, session.report(), session.reports(),
              settings::nobody_to_ask(),
              [&] { return ask_account(session.greeting_command(), told_to_end); }, told_to_end},
             memory);
    return ended;
}

}  // namespace

int connect_to_hub(const HubRequest& request) {
    refuse_unsuitable(request);
    Preparation preparation(request);
    const hub::TrustedSet trusted = settings::load_host_keys(settings::trusted_files()).set;
    const hub::RemoteCommand remote = hub::read_remote_command(request.typed.command);

    const Configured configured = preparation.configured();
    const Endpoint endpoint = find_endpoint(request, configured);
    const std::optional<settings::GitSettings> git = preparation.git();
    system::silence_hints(request.typed.has('q') || (git && !git->boolean("hints", true)));
    require_openssh(git);
    const identity::AgentAnswer agent = preparation.agent(configured.typed);
    const Selection selection =
        select_identity(request, configured, endpoint, remote.repository, git, agent);

    ssh::Ended ended;
    {
        const system::SignalWatch signals;
        ClosedSession session(request, configured, endpoint, selection, trusted, agent.usable());
        ended = run_session(session, request, selection, signals, remote);
    }
    ssh::end_alike(ended);
}

}  // namespace hfssh::transport

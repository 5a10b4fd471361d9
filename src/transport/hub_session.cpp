#include "hfssh/transport/hub_session.hpp"

#include <cstring>

#include "aftermath.hpp"
#include "command_trace.hpp"
#include "greeting.hpp"
#include "hfssh/settings/variables.hpp"
#include "hfssh/ssh/closed/supervise.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/signal_watch.hpp"
#include "hfssh/system/trace.hpp"
#include "hfssh/transport/closed_session.hpp"
#include "hfssh/transport/probe.hpp"
#include "hfssh/transport/prospect.hpp"
#include "hfssh/transport/selection.hpp"

namespace hfssh::transport {
namespace {

using system::Failure;

ssh::Ended run_session(const ClosedSession& session, const system::SignalWatch& signals) {
    const system::Command command = session.command();
    trace_command("running", command);
    const ssh::Ended ended = ssh::supervise(command, signals, session.descriptor());
    if (ended.error != 0) {
        throw Failure("cannot run " + system::display_path(command.file) + ": " +
                      std::strerror(ended.error));
    }
    system::trace("ssh ended with status " + std::to_string(ended.status) + ", signal " +
                  std::to_string(ended.signal));
    return ended;
}

// A signal that came meanwhile acts when the watch ends: the key's file has to be gone by then.
struct KeyFileGuard {
    EnvironmentKey& key;
    explicit KeyFileGuard(EnvironmentKey& environment_key) : key(environment_key) {}
    ~KeyFileGuard() { key.remove_file(); }
    KeyFileGuard(const KeyFileGuard&) = delete;
    KeyFileGuard& operator=(const KeyFileGuard&) = delete;
};

}  // namespace

ssh::Ended connect_to_hub(const HubRequest& request) {
    Prospect prospect = look_ahead(request);
    // From here on something may lie about that has to be removed in the end.
    const system::SignalWatch signals;
    const KeyFileGuard key_file{*request.environment_key};
    Survey survey = transport::survey(request, prospect);
    if (const auto keys = keys_to_ask_first(request, prospect, survey); !keys.empty()) {
        const ProbeTarget target{
            request,          prospect.configured,     prospect.endpoint,
            prospect.trusted, prospect.agent.usable(), [&] { return signals.told_to_end(); }};
        if (probe(target, survey.inventory, keys, prospect.memory) == Probed::refused) {
            return {.status = 255};
        }
        choose_again(survey, prospect.memory);
    }
    const Selection selection = selection_of(survey);
    ClosedSession session(request, prospect.configured, prospect.endpoint, selection.candidate,
                          prospect.trusted, prospect.agent.usable());
    const ssh::Ended ended = run_session(session, signals);
    if (!request.typed.has('G')) {
        const auto told_to_end = [&] { return signals.told_to_end(); };
        conclude({selection, prospect.remote, ended, session.report(), session.reports(),
                  settings::nobody_to_ask(),
                  [&] { return ask_account(session.greeting_command(), told_to_end); }, told_to_end,
                  [&] { return session.refusal(); }},
                 prospect.memory);
    }
    return ended;
}

}  // namespace hfssh::transport

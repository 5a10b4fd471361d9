#include "preparation.hpp"

#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"

namespace hfssh::transport {

using std::chrono::steady_clock;

Preparation::Preparation(const HubRequest& request)
    : start_(steady_clock::now()),
      configured_(request),
      agent_socket_(identity::agent_socket(std::nullopt, system::environment)),
      agent_(agent_socket_) {}

std::optional<settings::GitSettings> Preparation::git() {
    using Outcome = settings::GitQuery::Outcome;
    settings::GitSettings found;
    switch (git_.wait(start_ + std::chrono::seconds(5), found)) {
        case Outcome::read:
            return found;
        case Outcome::no_git:
            system::say("git was not found on PATH");
            break;
        case Outcome::timed_out:
            system::say("git did not read its configuration within five seconds");
            break;
        case Outcome::failed:
            system::say("git could not read its configuration");
            break;
    }
    return std::nullopt;
}

identity::AgentAnswer Preparation::agent(const ssh::Resolved& resolved) {
    std::optional<std::string> configured;
    if (resolved.has("identityagent")) configured = resolved.first("identityagent");
    const std::string socket = identity::agent_socket(configured, system::environment);
    // One that asks a person, or starts what talks to a card, may need a moment.
    const auto limit = std::chrono::seconds(identity::asks_person(socket) ? 10 : 1);
    if (socket == agent_socket_) return agent_.wait(start_ + limit);
    const auto without = identity::state_without_socket(configured, system::environment);
    return identity::AgentQuery(socket, without).wait(steady_clock::now() + limit);
}

}  // namespace hfssh::transport

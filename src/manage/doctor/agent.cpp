#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <variant>

#include "doctor.hpp"
#include "hfssh/identity/agent.hpp"
#include "hfssh/manage/keys/checks.hpp"
#include "hfssh/manage/report/key.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"

// The agent that ssh would use to sign.
namespace hfssh::manage {
namespace {

using identity::AgentState;
using identity::Candidate;
using Result = Check::Result;

constexpr const char* name = "ssh-agent";

// The agent's socket, and where it is set.
struct Socket {
    std::string path;
    bool configured = false;  // by IdentityAgent, not by SSH_AUTH_SOCK
};

Socket socket_of(const Connection& connection) {
    const ssh::Resolved& resolved = connection.facts.endpoint.settings;
    std::optional<std::string> configured;
    if (resolved.has("identityagent")) configured = resolved.first("identityagent");
    return {identity::agent_socket(configured, system::environment),
            configured && *configured != "SSH_AUTH_SOCK"};
}

std::string where(const Socket& socket) {
    return (socket.configured ? "IdentityAgent " : "SSH_AUTH_SOCK ") +
           system::display_path(socket.path);
}

const Candidate* chosen_key(const Connection& connection) {
    const auto& chosen = connection.decision.chosen;
    return chosen ? &connection.facts.inventory.candidates[*chosen] : nullptr;
}

// What the state of the agent means for one key; nullopt if the key does not need it.
std::optional<Check> want_of_agent(const Candidate& key, const Connection& connection) {
    constexpr std::array<std::string_view, 3> names = {"agent-unreachable", "public-only",
                                                       "locked"};
    for (const Check& finding : judge_key(key, connection.facts.inventory).findings) {
        if (std::ranges::find(names, finding.name) == names.end()) continue;
        return Check{name, finding.result,
                     key_name(key, connection.facts.request) + ": " + finding.found, finding.why,
                     finding.fix};
    }
    return std::nullopt;
}

// … for the chosen key; if none can be offered, for the first that an agent could make usable.
std::optional<Check> want_of_agent(const Connection& connection) {
    if (const Candidate* key = chosen_key(connection)) return want_of_agent(*key, connection);
    if (connection.decision.none.cause != transport::NoKey::Cause::public_only ||
        connection.facts.inventory.agent == identity::AgentState::none) {
        return std::nullopt;
    }
    for (const Candidate& candidate : connection.facts.inventory.candidates) {
        if (auto want = want_of_agent(candidate, connection)) return want;
    }
    return std::nullopt;
}

Check no_agent(const Connection& connection) {
    const Candidate* key = chosen_key(connection);
    std::string found = "none is in use";
    if (key != nullptr && key->ready()) found += ", and the chosen key needs none";
    return {name, Result::ok, found, {}, {}};
}

std::string trouble(AgentState state) {
    switch (state) {
        case AgentState::timed_out:
            return "the agent does not answer: ";
        case AgentState::refused:
            return "the agent refuses to list its keys: ";
        case AgentState::broken:
            return "not an ssh-agent: ";
        case AgentState::too_large:
            return "the agent holds too many keys: ";
        case AgentState::disabled:
            return "turned off by IdentityAgent none: ";
        case AgentState::unreachable:
        case AgentState::none:
        case AgentState::answered:
            return "no agent there: ";
    }
    return {};
}

// An agent is configured, but does not list its keys.
Check silent(const Socket& socket, const Connection& connection) {
    const identity::AgentAnswer& answer = connection.facts.agent;
    Check check{name, Result::warning, trouble(answer.state) + where(socket), {}, {}};
    if (!answer.detail.empty()) check.found += ", " + system::printable(answer.detail);
    check.fix = socket.configured ? "see IdentityAgent in your ssh configuration"
                                  : "eval \"$(ssh-agent -s)\"";
    check.why = "no key in an agent can be used";
    if (const auto want = want_of_agent(connection)) {
        check.result = want->result;
        check.found += "\n" + want->found;
        check.why = want->why;
        if (!socket.configured) check.fix = want->fix;
    } else if (chosen_key(connection) != nullptr) {
        check.why += "; the chosen key needs none";
    }
    return check;
}

Check answered(const Socket& socket, const Connection& connection) {
    const identity::AgentAnswer& answer = connection.facts.agent;
    const auto count = answer.keys.size();
    Check check{name, Result::ok, {}, {}, {}};
    check.found = (count == 1 ? "1 key" : std::to_string(count) + " keys") + " in the agent at " +
                  where(socket);
    const Candidate* key = chosen_key(connection);
    if (key != nullptr && key->in_agent) {
        check.found += ", the chosen one among them";
        if (answer.asks_person) check.why = "this agent may ask you to confirm each use";
    }
    if (auto want = want_of_agent(connection)) {
        want->found = check.found + "\n" + want->found;
        return *want;
    }
    return check;
}

}  // namespace

Checks check_agent(const Situation& situation) {
    if (!situation.connection) return {skipped(name, no_connection)};
    const Connection& connection = *situation.connection;
    const Socket socket = socket_of(connection);
    switch (connection.facts.agent.state) {
        case AgentState::none:
            return {no_agent(connection)};
        case AgentState::answered:
            return {answered(socket, connection)};
        default:
            return {silent(socket, connection)};
    }
}

}  // namespace hfssh::manage

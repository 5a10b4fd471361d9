#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "doctor.hpp"
#include "hfssh/identity/agent.hpp"
#include "hfssh/manage/keys/checks.hpp"
#include "hfssh/manage/report/key.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"

// The keys here, and the one that would be offered.
namespace hfssh::manage {
namespace {

using identity::Candidate;
using Result = Check::Result;
using Names = std::vector<std::string_view>;
using identity::AgentState;

// A finding of judge_key() about one key.
struct Finding {
    const Candidate* candidate;
    Check check;
};

std::vector<Finding> findings_of(const Connection& connection) {
    std::vector<Finding> findings;
    for (const Candidate& candidate : connection.facts.inventory.candidates) {
        for (Check& check : judge_key(candidate, connection.facts.inventory).findings) {
            findings.push_back({&candidate, std::move(check)});
        }
    }
    return findings;
}

std::string by_state(const std::vector<Candidate>& candidates) {
    std::size_t ready = 0, locked = 0, unusable = 0;
    for (const Candidate& candidate : candidates)
        ++(candidate.ready() ? ready : candidate.usable() ? locked : unusable);
    const auto count = candidates.size();
    std::string text = counted(count, "key");
    std::string separator = ": ";
    const auto add = [&](std::size_t number, const char* what) {
        if (number == 0) return;
        text += separator + (number == count ? std::string() : std::to_string(number) + " ") + what;
        separator = ", ";
    };
    add(ready, "ready");
    add(locked, "locked");
    add(unusable, "not usable");
    return text;
}

Check check_there(const Connection& connection) {
    constexpr const char* name = "keys";
    const auto& candidates = connection.facts.inventory.candidates;
    if (!candidates.empty()) return {name, Result::ok, by_state(candidates)};
    Check check = check_choice(
        transport::nothing_to_offer(connection.facts.inventory, connection.facts.request));
    check.name = name;
    check.why = "git cannot connect to hf.co";
    return check;
}

// The findings of all keys in one check. It is a failure if no key can be offered because of it,
// and a warning if another key can.
Check gathered(const char* name, const std::string& well, const std::vector<Finding>& findings,
               const Names& wanted, const Connection& connection, bool decisive) {
    Check gathered{name, Result::ok, well};
    std::vector<std::string> found, fixes;
    for (const auto& [candidate, check] : findings) {
        if (std::ranges::find(wanted, check.name) == wanted.end()) continue;
        const std::string key = key_name(*candidate, connection.facts.request);
        const bool names_it = check.found.find(key) != std::string::npos;
        found.push_back((names_it ? "" : key + ": ") + check.found);
        if (std::ranges::find(fixes, check.fix) == fixes.end()) fixes.push_back(check.fix);
        gathered.why = check.why;
        gathered.result = decisive ? Result::failure : Result::warning;
    }
    if (found.empty()) return gathered;
    gathered.found = system::join(found, "\n");
    gathered.fix = system::join(fixes, " && ");
    return gathered;
}

// Another user who can write there can add a key or a setting.
void look_at_directory(Check& check) {
    const std::string path = transport::ssh_directory();
    struct stat info = {};
    if (::stat(path.c_str(), &info) != 0 || (info.st_mode & 022U) == 0) return;
    const bool well = check.result == Result::ok;
    check.found =
        (well ? "" : check.found + "\n") + "other users can write to " + system::display_path(path);
    if (well) check.result = Result::warning;
    if (well) check.why = "they could put a key or a setting of their own there";
    check.fix += (check.fix.empty() ? "" : " && ") + std::string("chmod go-w ") + shell_path(path);
}

Check chosen(const Connection& connection, std::size_t index) {
    const Candidate& key = connection.facts.inventory.candidates[index];
    const std::string found =
        key_name(key, connection.facts.request) + ", " + reason_text(connection.decision.reason);
    // If an agent is in use, the check of the agent reports it.
    for (const Check& finding : judge_key(key, connection.facts.inventory).findings) {
        if (finding.name != "no-agent") continue;
        return {"chosen-key", finding.result, found + "\n" + finding.found, finding.why,
                finding.fix};
    }
    return {"chosen-key", Result::ok, found};
}

// Does another check report why hf-ssh has no key? What merely follows
// from it is no failure of its own.
bool has_a_check(const Connection& connection) {
    using Cause = transport::NoKey::Cause;
    const Cause cause = connection.decision.none.cause;
    if (connection.facts.inventory.candidates.empty() && !connection.decision.none.named) {
        return true;
    }
    if (cause == Cause::public_only) {
        return connection.facts.inventory.agent != identity::AgentState::none;
    }
    return cause == Cause::exposed || cause == Cause::refused;
}

Check check_chosen(const Connection& connection) {
    constexpr const char* name = "chosen-key";
    const transport::Decision& decision = connection.decision;
    if (decision.chosen) return chosen(connection, *decision.chosen);
    if (has_a_check(connection)) return skipped(name, "none of the keys can be offered");
    Check check = check_choice(decision.none);
    check.name = name;
    check.why = "git cannot connect to hf.co; no other key is used instead";
    return check;
}

// The agent that ssh would use to sign.

constexpr const char* agent_name = "ssh-agent";

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

// The effect of the agent's state on one key; nullopt if the key does not need it.
std::optional<Check> want_of_agent(const Candidate& key, const Connection& connection) {
    constexpr std::array<std::string_view, 3> names = {"agent-unreachable", "public-only",
                                                       "locked"};
    for (const Check& finding : judge_key(key, connection.facts.inventory).findings) {
        if (std::ranges::find(names, finding.name) == names.end()) continue;
        return Check{agent_name, finding.result,
                     key_name(key, connection.facts.request) + ": " + finding.found, finding.why,
                     finding.fix};
    }
    return std::nullopt;
}

// … for the chosen key; if none can be offered, for the first that an agent could make usable.
std::optional<Check> want_of_agent(const Connection& connection) {
    if (const Candidate* key = connection.chosen()) return want_of_agent(*key, connection);
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
    const Candidate* key = connection.chosen();
    std::string found = "none is in use";
    if (key != nullptr && key->ready()) found += ", and the chosen key needs none";
    return {agent_name, Result::ok, found};
}

std::string trouble(AgentState state) {
    constexpr const char* texts[] = {"no agent there",
                                     "turned off by IdentityAgent none",
                                     "no agent there",
                                     "no agent there",
                                     "the agent does not answer",
                                     "the agent refuses to list its keys",
                                     "the agent holds too many keys",
                                     "not an ssh-agent"};  // in the order of AgentState
    return std::string(texts[static_cast<std::size_t>(state)]) + ": ";
}

// An agent is configured, but does not list its keys.
Check silent(const Socket& socket, const Connection& connection) {
    const identity::AgentAnswer& answer = connection.facts.agent;
    Check check{agent_name, Result::warning, trouble(answer.state) + where(socket)};
    if (!answer.detail.empty()) check.found += ", " + system::printable(answer.detail);
    check.fix = socket.configured ? "see which agent it names: ssh -G hf.co | grep identityagent"
                                  : "eval \"$(ssh-agent -s)\"";
    check.why = "no key in an agent can be used";
    if (const auto want = want_of_agent(connection)) {
        check.result = want->result;
        check.found += "\n" + want->found;
        check.why = want->why;
        if (!socket.configured) check.fix = want->fix;
    } else if (connection.chosen() != nullptr) {
        check.why += "; the chosen key needs none";
    }
    return check;
}

Check answered(const Socket& socket, const Connection& connection) {
    const identity::AgentAnswer& answer = connection.facts.agent;
    const auto count = answer.keys.size();
    Check check{agent_name, Result::ok};
    check.found = counted(count, "key") + " in the agent at " + where(socket);
    const Candidate* key = connection.chosen();
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

Checks check_keys(const Situation& situation) {
    if (!situation.connection) {
        Checks checks;
        for (const char* name : {"keys", "chosen-key", "key-modes", "key-types", "key-pairs"})
            checks.push_back(skipped(name, no_connection));
        return checks;
    }
    const Connection& connection = *situation.connection;
    const std::vector<Finding> findings = findings_of(connection);
    using Cause = transport::NoKey::Cause;
    const transport::Decision& decision = connection.decision;
    const auto decisive = [&](Cause cause) {
        return !decision.chosen && decision.none.cause == cause;
    };
    Check modes = gathered("key-modes", "private keys are private", findings, {"exposed"},
                           connection, decisive(Cause::exposed));
    look_at_directory(modes);
    return {check_there(connection), check_chosen(connection), modes,
            gathered("key-types", "no DSA or short RSA keys", findings, {"dsa", "short-rsa"},
                     connection, decisive(Cause::refused)),
            gathered("key-pairs", "every .pub file matches its key", findings,
                     {"misleading-public", "misleading-certificate"}, connection, false)};
}

Checks check_agent(const Situation& situation) {
    if (!situation.connection) return {skipped(agent_name, no_connection)};
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

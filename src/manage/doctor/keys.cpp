#include <sys/stat.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "doctor.hpp"
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

std::string counted(const std::vector<Candidate>& candidates) {
    std::size_t ready = 0, locked = 0, unusable = 0;
    for (const Candidate& candidate : candidates)
        ++(candidate.ready() ? ready : candidate.usable() ? locked : unusable);
    const auto count = candidates.size();
    std::string text = count == 1 ? "1 key" : std::to_string(count) + " keys";
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
    if (!candidates.empty()) return {name, Result::ok, counted(candidates), {}, {}};
    const transport::Unheard unheard =
        transport::unheard_agent(connection.facts.inventory, connection.facts.request);
    return {name, Result::failure,
            "no SSH key found, neither in ~/.ssh nor in an agent" +
                (unheard.why.empty() ? std::string() : "\n" + unheard.why),
            "git cannot connect to hf.co",
            unheard.fix.empty() ? "git hf-ssh keys new" : unheard.fix};
}

// The findings of all keys in one check. It is a failure if no key can be offered because of it,
// and a warning if another key can.
Check gathered(const char* name, const std::string& well, const std::vector<Finding>& findings,
               const Names& wanted, const Connection& connection, bool decisive) {
    Check gathered{name, Result::ok, well, {}, {}};
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

// Another user who can write there can put a key or a setting there.
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
    const std::string found = key_name(key, connection.facts.request) + ", " +
                              connection.decision.reason.text + " (rule " +
                              std::to_string(connection.decision.reason.rule) + ")";
    // If an agent is in use, the check of the agent reports it.
    for (const Check& finding : judge_key(key, connection.facts.inventory).findings) {
        if (finding.name != "no-agent") continue;
        return {"chosen-key", finding.result, found + "\n" + finding.found, finding.why,
                finding.fix};
    }
    return {"chosen-key", Result::ok, found, {}, {}};
}

// Does another check tell which link it is that leaves hf-ssh without a key? What merely follows
// from it is no failure of its own.
bool has_a_check(const Connection& connection) {
    using Cause = transport::NoKey::Cause;
    switch (connection.decision.none.cause) {
        case Cause::none_here:
        case Cause::exposed:
        case Cause::refused:
            return true;
        case Cause::public_only:
            return connection.facts.inventory.agent != identity::AgentState::none;
        default:
            return false;
    }
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

}  // namespace hfssh::manage

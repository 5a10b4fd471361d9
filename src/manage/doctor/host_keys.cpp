#include <string>
#include <variant>

#include "doctor.hpp"
#include "hfssh/manage/hostkeys/checks.hpp"
#include "hfssh/native/line/place.hpp"
#include "hfssh/native/session/presented_keys.hpp"
#include "hfssh/settings/trusted_files.hpp"
#include "hfssh/ssh/closed/configuration.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"

// Which host keys are trusted, and which ones are served.
namespace hfssh::manage {
namespace {

using native::Place;
using native::Reach;
using Result = Check::Result;

constexpr const char* files_name = "trusted-files";
constexpr const char* served_name = "host-keys";
constexpr const char* no_connection_meanwhile = "no connection to hf.co is made meanwhile";

std::string count_of(std::size_t keys, const char* what) {
    return std::to_string(keys) + (keys == 1 ? " key " : " keys ") + what;
}

std::string in_short(const hub::TrustedSet& set) {
    std::size_t added = 0;
    for (const hub::KnownKey& key : set.known())
        added += key.origin.is_published() ? 0 : 1;
    if (added == 0 && set.revoked().empty()) return "the published keys, none added or revoked";
    std::string text = "the published keys";
    if (added != 0) text += ", " + count_of(added, "added");
    if (!set.revoked().empty()) text += ", " + count_of(set.revoked().size(), "revoked");
    return text;
}

// A line that was to add a key, and adds none.
Check judge_problems(const settings::TrustedHostKeys& keys) {
    Check check{files_name, Result::ok, in_short(keys.set), {}, {}};
    for (const hub::Problem& problem : keys.problems) {
        if (problem.severity != hub::Problem::Severity::broken) continue;
        const bool first = check.result == Result::ok;
        check.result = Result::failure;
        check.found = (first ? "" : check.found + "\n") + settings::describe(problem);
        if (first) check.fix = "correct or remove " + settings::describe(problem.where);
    }
    if (check.result != Result::ok) check.why = "the line is passed over, at each connection";
    return check;
}

// Beside the situation's own look at them, which ends where they can't be relied on.
Check check_files() {
    try {
        return judge_problems(settings::load_host_keys(settings::trusted_files()));
    } catch (const settings::UnreliableFile& unreliable) {
        if (!unreliable.command().empty()) {
            return {files_name, Result::failure, unreliable.what(), unreliable.requirement(),
                    unreliable.command()};
        }
        return {files_name, Result::failure, unreliable.what(), no_connection_meanwhile,
                unreliable.requirement()};
    } catch (const system::Failure& failure) {
        return {files_name, Result::failure, failure.what(), no_connection_meanwhile,
                failure.hint()};
    }
}

std::vector<std::string> algorithms_of(const Outlook& outlook) {
    std::vector<std::string> trusted;
    for (const std::string_view algorithm :
         outlook.prospect.trusted.acceptable_host_key_algorithms())
        trusted.emplace_back(algorithm);
    return ssh::common_host_key_algorithms(trusted, outlook.prospect.configured.effective());
}

Check look(const Place& place, const Situation& situation) {
    const native::PresentedKeys presented = native::look_at_presented_keys(
        place, situation.deadline, [&] { return situation.told_to_end(); });
    if (presented.keys.empty()) {
        // How far one comes without a proxy is for the checks of the network to say.
        if (presented.reach != Reach::connected && !place.has_proxy()) {
            return skipped(served_name, presented.problem);
        }
        return {served_name, Result::failure, presented.problem,
                place.has_proxy()
                    ? "the proxy does not lead to an SSH server, or wants an answer: a check lets "
                      "it ask nobody"
                    : "who answered may be the login page of a network (captive portal) or a proxy",
                place.has_proxy() ? "see ProxyCommand or ProxyJump in your ssh configuration"
                                  : "log in to the network, or try another one"};
    }
    return judge_host_keys(presented, situation.outlook->prospect.trusted,
                           algorithms_of(*situation.outlook));
}

}  // namespace

PendingChecks check_host_keys(const Situation& situation) {
    const Check files = check_files();
    const auto now = [&](const Check& check) {
        return std::async(std::launch::deferred, [files, check] { return Checks{files, check}; });
    };
    if (!situation.outlook) return now(skipped(served_name, no_connection));
    if (!situation.offline.empty()) return now(skipped(served_name, situation.offline));
    const Outlook& outlook = *situation.outlook;
    const auto place =
        native::place_of(outlook.request, outlook.prospect.configured, outlook.prospect.endpoint);
    if (const auto* problem = std::get_if<native::PlaceProblem>(&place)) {
        return now(skipped(served_name, problem->text));
    }
    return std::async(std::launch::async, [&situation, files, place = std::get<Place>(place)] {
        return Checks{files, look(place, situation)};
    });
}

}  // namespace hfssh::manage

#include <string>

#include "doctor.hpp"
#include "hfssh/manage/hostkeys/asking.hpp"
#include "hfssh/settings/trusted_files.hpp"
#include "hfssh/ssh/closed/configuration.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/transport/order.hpp"

// The checks "trusted-files" and "host-keys": which host keys are trusted, and which the server
// has.
namespace hfssh::manage {
namespace {

using Result = Check::Result;

constexpr const char* files_name = "trusted-files";
constexpr const char* served_name = "host-keys";
constexpr const char* no_connection_meanwhile = "until then no connection to hf.co is made";

std::string in_short(const hub::TrustedSet& set) {
    std::size_t added = 0;
    for (const hub::KnownKey& key : set.known())
        added += key.origin.is_published() ? 0 : 1;
    if (added == 0 && set.revoked().empty()) return "the published keys, none added or revoked";
    std::string text = "the published keys";
    if (added != 0) text += ", " + counted(added, "key") + " added";
    if (!set.revoked().empty()) text += ", " + counted(set.revoked().size(), "key") + " revoked";
    return text;
}

// A line that should add a key and does not.
Check judge_problems(const settings::TrustedHostKeys& keys) {
    Check check{files_name, Result::ok, in_short(keys.set)};
    for (const hub::Problem& problem : keys.problems) {
        if (problem.severity != hub::Problem::Severity::broken) continue;
        const bool first = check.result == Result::ok;
        check.result = Result::failure;
        check.found = (first ? "" : check.found + "\n") + settings::describe(problem);
        if (first) check.fix = settings::edit_command(problem.where);
    }
    if (check.result != Result::ok) check.why = "the line is ignored";
    return check;
}

// The situation has read them too, but ends if they cannot be relied on.
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

std::vector<std::string> algorithms_of(const Connection& connection) {
    std::vector<std::string> trusted;
    for (const std::string_view algorithm :
         connection.facts.trusted.acceptable_host_key_algorithms())
        trusted.emplace_back(algorithm);
    return ssh::common_host_key_algorithms(trusted, connection.facts.endpoint.settings);
}

Check look(const Situation& situation) {
    const Connection& connection = *situation.connection;
    const hub::TrustedSet& trusted = connection.facts.trusted;
    const identity::Wrapper& wrapper = connection.facts.request.wrapper;
    if (!wrapper.problem.empty()) {
        return {served_name, Result::failure, wrapper.problem, no_connection_meanwhile,
                wrapper.hint};
    }
    const native::PresentedKeys presented = ask_for_host_keys(
        {connection.facts.typed, connection.facts.endpoint, connection.facts.wire}, trusted,
        types_of(trusted), situation.deadline, [&] { return situation.told_to_end(); });
    if (presented.problem.empty()) {
        return judge_host_keys(presented, trusted, algorithms_of(connection));
    }
    const bool proxy = !connection.facts.endpoint.proxy_command.empty();
    // The checks of the network report how far a direct connection gets.
    if (presented.helper_not_run) {
        return {served_name, Result::failure, presented.problem, "nobody verifies the server",
                "name an ssh of this system in core.sshCommand's --via, or in HF_SSH_COMMAND"};
    }
    if (!presented.reached && !proxy) return skipped(served_name, presented.problem);
    if (proxy) {
        return {served_name, Result::failure, presented.problem,
                "the proxy does not lead to an SSH server, or it asks for something, which a check "
                "does not let it do",
                "see ProxyCommand or ProxyJump: ssh -G hf.co | grep proxy"};
    }
    if (presented.problem.find("RevokedHostKeys") != std::string::npos) {
        return {served_name, Result::failure, presented.problem, "ssh does not connect",
                "see which file it names: ssh -G hf.co | grep revokedhostkeys"};
    }
    if (presented.problem.find(transport::speaks_http) == std::string::npos) {
        return {served_name, Result::failure, presented.problem,
                "hf.co may be busy, or something else answers in its place",
                "try again in a minute, then over another network: git hf-ssh host-keys check"};
    }
    return {served_name, Result::failure, presented.problem,
            "it may be the login page of a network (captive portal) or a proxy",
            "log in to the network, or try another one, then: git hf-ssh host-keys check"};
}

}  // namespace

PendingChecks check_host_keys(const Situation& situation) {
    const Check files = check_files();
    if (!situation.connection) return at_once({files, skipped(served_name, no_connection)});
    if (!situation.offline.empty())
        return at_once({files, skipped(served_name, situation.offline)});
    return std::async(std::launch::async, [&situation, files] {
        return Checks{files, look(situation)};
    });
}

}  // namespace hfssh::manage

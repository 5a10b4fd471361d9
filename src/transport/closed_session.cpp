#include "hfssh/transport/closed_session.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <set>

#include "hfssh/hub/names.hpp"
#include "hfssh/settings/trusted_files.hpp"
#include "hfssh/settings/variables.hpp"
#include "hfssh/ssh/closed/configuration.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/trace.hpp"
#include "wrapper_check.hpp"

namespace hfssh::transport {
namespace {

using system::Failure;

// ssh shrugs off a helper that is missing, and goes on without it.
std::string find_helper() {
    const std::string helper = system::libexec_program("known-hosts");
    struct stat info = {};
    const bool file = ::stat(helper.c_str(), &info) == 0 && S_ISREG(info.st_mode);
    if (!file || ::access(helper.c_str(), X_OK) != 0) {
        const int error = file || !S_ISDIR(info.st_mode) ? errno : EISDIR;
        throw Failure("the program that checks host keys cannot be run: " +
                          system::display_path(helper) + ": " + std::strerror(error),
                      "install hf-ssh again");
    }
    return helper;
}

identity::Offer prepare(const identity::Candidate& candidate,
                        system::TemporaryDirectory& temporary) {
    // A container's layer is no place for it.
    const std::string state = settings::in_ci() ? std::string() : system::state_directory();
    auto prepared = identity::prepare_offer(candidate, state, temporary);
    if (const auto* no_place = std::get_if<identity::NoPlace>(&prepared)) {
        throw Failure("no directory can be written for the public key to offer: " +
                      no_place->problem);
    }
    return std::get<identity::Offer>(std::move(prepared));
}

ssh::ClosedConfiguration take(std::variant<ssh::ClosedConfiguration, ssh::ClosedError> closed) {
    if (const auto* error = std::get_if<ssh::ClosedError>(&closed)) throw Failure(error->text);
    auto& configuration = std::get<ssh::ClosedConfiguration>(closed);
    for (const std::string& keyword : configuration.left_out) {
        system::trace("left out, since this ssh cannot be told: " + keyword);
    }
    return std::move(configuration);
}

// A wrapper, or a command behind a launcher, may add configuration that cannot be seen.
ssh::UserSettings user_settings(const HubRequest& request, const Configured& configured) {
    const ssh::Underlying& underlying = request.underlying;
    if (!underlying.lacks_ssh() && may_add_settings(underlying)) return {};
    const ssh::Reading reading = ssh::read_command_line(underlying.arguments, ssh::TagFlag::plain);
    const auto* via = std::get_if<ssh::CommandLine>(&reading);
    if (via == nullptr) return {};
    std::set<std::string, std::less<>> typed;
    request.typed.add_keywords(typed);
    via->add_keywords(typed);
    return {std::move(typed),
            {request.typed.destination->host, std::string(hub::host),
             std::string(configured.effective().first("hostname"))},
            configuration_files(request.typed, *via, underlying.lacks_ssh())};
}

std::optional<ssh::Expansion> expansion(const HubRequest& request, const ssh::Resolved& resolved) {
    if (request.underlying.lacks_ssh()) return ssh::Expansion{};
    if (const auto known = ssh::expansion_of(resolved)) return known;
    ssh::Underlying bare = request.underlying;
    bare.arguments.clear();
    system::Capture capture(ssh::command_for(bare, ssh::expansion_question(resolved)));
    const auto answer = capture.wait(std::chrono::steady_clock::now() + std::chrono::seconds(10));
    if (!answer.succeeded()) return std::nullopt;
    return ssh::read_expansion(ssh::read_resolved(answer.output));
}

}  // namespace

ClosedSession::ClosedSession(const HubRequest& request, const Configured& configured,
                             const Endpoint& endpoint, const identity::Candidate& candidate,
                             const hub::TrustedSet& trusted, bool agent_answers)
    : request_(request), trusted_(trusted), offer_(prepare(candidate, temporary_)) {
    if (!ssh::is_plain_user(endpoint.user)) {
        throw Failure("refused: the user name contains shell metacharacters: " +
                      system::printable(endpoint.user));
    }
    ssh::HostTrust trust;
    trust.report = channel_.path();
    // Whatever becomes of the environment on the way, the same files are read that we read.
    trust.files = settings::as_arguments(settings::trusted_files());
    for (const std::string_view name : trusted.acceptable_host_key_algorithms()) {
        trust.algorithms.emplace_back(name);
    }
    const ssh::OfferedIdentity identity{
        offer_.identity_file, offer_.certificate_file,
        // Where the agent has the key too, nobody has to type a PIN.
        candidate.in_agent || candidate.provider.empty() ? std::nullopt
                                                         : std::optional(candidate.provider),
        agent_answers};
    const ssh::ClosedRequest closed{request.typed,
                                    configured.effective(),
                                    trust,
                                    identity,
                                    endpoint.host,
                                    endpoint.user,
                                    endpoint.port,
                                    endpoint.proxy_command,
                                    settings::nobody_to_ask(),
                                    user_settings(request, configured),
                                    expansion(request, configured.effective())};
    if (endpoint.wire == Wire::native) {
        close_native(closed);
    } else {
        close_openssh(closed, trust, trusted);
    }
}

void ClosedSession::close_native(const ssh::ClosedRequest& request) {
    program_ = {native_program()};
    for (std::string& word : ssh::native_words(request.trust))
        program_.push_back(std::move(word));
    reports_ = !request.trust.report.empty();
    options_ = take(ssh::native_configuration(request)).options;
}

// TRUST is what REQUEST refers to.
void ClosedSession::close_openssh(const ssh::ClosedRequest& request, ssh::HostTrust& trust,
                                  const hub::TrustedSet& trusted) {
    const ssh::Underlying& underlying = request_.underlying;
    program_ = underlying.launcher;
    program_.push_back(underlying.program);
    trust.helper = find_helper();
    const ssh::Resolved& resolved = request.resolved;
    reports_ = resolved.has_known_hosts_command() && !trust.report.empty();
    if (!resolved.has_known_hosts_command()) {
        trust.known_hosts = temporary_.write("known_hosts", trusted.known_hosts_text());
    }
    ssh::ClosedConfiguration configuration = take(ssh::close_configuration(request));
    options_ = std::move(configuration.options);
    if (may_lose_the_check(underlying, resolved)) {
        require_the_check(query(), configuration.known_hosts_command, trust.known_hosts);
    }
}

system::Command ClosedSession::with_options(const std::vector<std::string>& first) const {
    std::vector<std::string> words = program_;
    words.insert(words.end(), first.begin(), first.end());
    words.insert(words.end(), options_.begin(), options_.end());
    const std::string file = system::find_program(words.front());
    if (file.empty()) throw Failure("no such program: " + system::printable(words.front()));
    return {file, words};
}

system::Command ClosedSession::query() const {
    system::Command query = with_options({});
    query.argv.insert(query.argv.end(), {"-T", "-G", "--", request_.typed.destination->host});
    query.argv.insert(query.argv.end(), request_.typed.command.begin(),
                      request_.typed.command.end());
    return query;
}

system::Command ClosedSession::command() const {
    // A key for one command must not stay in an agent.
    std::vector<std::string> first;
    if (request_.environment_key->is_set()) first = {"-o", "AddKeysToAgent=no"};
    system::Command command = with_options(first);
    // Flags assign: -v and -q as typed, over the LogLevel that was configured.
    for (const ssh::Flag& flag : request_.typed.flags) {
        if (flag.letter == 'v' || flag.letter == 'q' || flag.letter == 'G') {
            command.argv.push_back({'-', flag.letter});
        }
    }
    // As typed, so that %n in a ProxyCommand is what the person wrote.
    command.argv.insert(command.argv.end(), {"--", request_.typed.destination->host});
    command.argv.insert(command.argv.end(), request_.typed.command.begin(),
                        request_.typed.command.end());
    return command;
}

system::Command ClosedSession::greeting_command(Asking how) const {
    // Of an option given twice the first counts.
    std::vector<std::string> first = {"-o", "ConnectTimeout=5", "-o", "AddKeysToAgent=no"};
    const bool silent = how == Asking::silently;
    first.insert(first.end(), {"-o", silent ? "LogLevel=QUIET" : "LogLevel=ERROR"});
    if (how != Asking::with_person) first.insert(first.end(), {"-o", "BatchMode=yes"});
    system::Command command = with_options(first);
    command.argv.insert(command.argv.end(), {"-T", "--", request_.typed.destination->host});
    return command;
}

system::Command ClosedSession::service_command(const std::string& remote_command,
                                               Asking how) const {
    system::Command command = greeting_command(how);
    command.argv.push_back(remote_command);
    return command;
}

}  // namespace hfssh::transport

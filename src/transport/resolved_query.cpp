#include "hfssh/transport/resolved_query.hpp"

#include <chrono>
#include <string_view>

#include "default_identities.hpp"
#include "hfssh/ssh/without/resolve.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/trace.hpp"

namespace hfssh::transport {
namespace {

// Match exec and canonicalisation may take their time; for ever is a defect.
constexpr auto limit = std::chrono::seconds(60);

// Without what is no configuration: how much is said (an error in a file is to be seen, and the
// files are not to be traced twice), where it is logged to, and other modes of ssh (-s would want
// its subsystem).
constexpr std::string_view left_out = "vqGEyfOWs";

system::Command question(const ssh::Underlying& underlying, const ssh::CommandLine& typed,
                         const std::string& destination) {
    // What is carried over does not depend on these: -T keeps ssh from a word about a terminal, -N
    // from asking for the remote command that a SessionType or ForkAfterAuthentication wants.
    std::vector<std::string> words = {"-G", "-T", "-N"};
    for (const ssh::Flag& flag : typed.flags) {
        if (left_out.find(flag.letter) != std::string_view::npos) continue;
        words.push_back(std::string("-") + flag.letter);
        if (flag.value) words.push_back(*flag.value);
    }
    words.emplace_back("--");
    words.push_back(destination);
    return ssh::command_for(underlying, words);
}

ssh::Resolved read_here(const ssh::Underlying& underlying, const ssh::CommandLine& typed,
                        const std::string& destination) {
    const ssh::Reading words = ssh::read_command_line(underlying.arguments, ssh::TagFlag::plain);
    const auto* via = std::get_if<ssh::CommandLine>(&words);
    const auto wanted = ssh::read_destination(destination);
    if (via == nullptr || !wanted) {
        throw system::Failure("the options of the underlying command cannot be read: " +
                              system::printable(underlying.text));
    }
    system::trace("no ssh to ask: reading its configuration");
    auto read =
        ssh::resolve_without_ssh(typed, *via, *wanted, configuration_files(typed, *via, true));
    if (const auto* problem = std::get_if<ssh::NotHonoured>(&read)) {
        throw system::Failure("without ssh, this cannot be honoured: " + problem->text,
                              problem->hint);
    }
    return std::get<ssh::Resolved>(std::move(read));
}

}  // namespace

std::vector<ssh::ConfigFile> configuration_files(const ssh::CommandLine& typed,
                                                 const ssh::CommandLine& via, bool without_ssh) {
    const auto file = typed.has('F') ? typed.last('F') : via.last('F');
    if (file) return ssh::config_files(std::string(*file));
    return ssh::config_files(std::nullopt, without_ssh ? system::home() : system::passwd_home());
}

ResolvedQuery::ResolvedQuery(const ssh::Underlying& underlying, const ssh::CommandLine& typed,
                             const std::string& destination, system::Capture::Errors errors)
    : underlying_(underlying), typed_(typed) {
    if (underlying.lacks_ssh()) {
        read_ = read_here(underlying, typed, destination);
    } else {
        capture_.emplace(question(underlying, typed, destination), errors);
    }
}

ssh::Resolved ResolvedQuery::wait() {
    using End = system::Capture::Result::End;
    if (read_) {
        if (read_->malformed()) {
            throw system::Failure("the ssh configuration cannot be trusted: " +
                                  system::printable(read_->defect()));
        }
        return *std::move(read_);
    }
    const auto answer = capture_->wait(std::chrono::steady_clock::now() + limit);
    if (answer.end == End::timed_out) {
        throw system::Failure("ssh -G did not answer within a minute",
                              "look for a Match exec in your ssh configuration that waits");
    }
    if (!answer.succeeded()) {
        throw system::Failure(
            "ssh does not accept these options or your ssh configuration; its own "
            "message is above",
            "try: ssh -G hf.co");
    }
    const ssh::Reading words = ssh::read_command_line(underlying_.arguments, ssh::TagFlag::plain);
    const auto* line = std::get_if<ssh::CommandLine>(&words);
    const ssh::CommandLine via = line == nullptr ? ssh::CommandLine{} : *line;
    ssh::Resolved resolved = ssh::read_resolved(without_default_identities(
        answer.output, underlying_, typed_, via, configuration_files(typed_, via, false)));
    if (resolved.malformed()) {
        throw system::Failure("the output of ssh -G cannot be trusted: " +
                              system::printable(resolved.defect()));
    }
    return resolved;
}

}  // namespace hfssh::transport

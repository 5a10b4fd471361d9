#include "hfssh/transport/resolved_query.hpp"

#include <chrono>
#include <string_view>

#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"

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

}  // namespace

ResolvedQuery::ResolvedQuery(const ssh::Underlying& underlying, const ssh::CommandLine& typed,
                             const std::string& destination, system::Capture::Errors errors)
    : capture_(question(underlying, typed, destination), errors) {}

ssh::Resolved ResolvedQuery::wait() {
    using End = system::Capture::Result::End;
    const auto answer = capture_.wait(std::chrono::steady_clock::now() + limit);
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
    ssh::Resolved resolved = ssh::read_resolved(answer.output);
    if (resolved.malformed()) {
        throw system::Failure("the output of ssh -G cannot be trusted: " +
                              system::printable(resolved.defect()));
    }
    return resolved;
}

}  // namespace hfssh::transport

#include "hfssh/transport/route.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "chain.hpp"
#include "command_trace.hpp"
#include "hfssh/hub/names.hpp"
#include "hfssh/ssh/config/alias_reader.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"
#include "hfssh/system/trace.hpp"
#include "hfssh/transport/hub_session.hpp"
#include "hfssh/transport/resolved_query.hpp"
#include "unusable.hpp"

namespace hfssh::transport {
namespace {

using ssh::CommandLine;
using ssh::TagFlag;
using ssh::Underlying;
using system::Failure;

[[noreturn]] void become(const Underlying& underlying, const std::vector<std::string>& arguments) {
    if (!underlying.runs()) report_unusable(underlying);
    const system::Command command = ssh::command_for(underlying, arguments);
    trace_command("becoming", command);
    const int error = system::execute(command);
    throw Failure("cannot run " + system::display_path(command.file) + ": " +
                  std::string(std::strerror(error)));
}

// git asks a program that is not called ssh whether it behaves as OpenSSH does, by "-G" with all
// streams on /dev/null; one whose name is ssh it does not ask. The answer is the same here, without
// the wait: yes for an underlying command named ssh.
bool is_git_probe(const std::vector<std::string>& arguments, const Underlying& underlying) {
    if (arguments.empty() || arguments.front() != "-G") return false;
    const auto slash = underlying.program.rfind('/');
    const bool as_openssh =
        underlying.outcome == Underlying::Outcome::simple || underlying.lacks_ssh();
    if (!as_openssh ||
        underlying.program.substr(slash == std::string::npos ? 0 : slash + 1) != "ssh") {
        return false;
    }
    struct stat null = {};
    if (::stat("/dev/null", &null) != 0) return false;
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        struct stat info = {};
        if (::fstat(stream, &info) != 0 || info.st_rdev != null.st_rdev ||
            info.st_dev != null.st_dev || info.st_ino != null.st_ino) {
            return false;
        }
    }
    return true;
}

// What of a piece of shell may bear on where a name leads; its words are not known.
bool mentions_configuration(const std::string& text) {
    const std::string words = system::lower(text);
    return text.find("-F") != std::string::npos || words.find("hostname") != std::string::npos;
}

// Can a name that is not hf.co's lead there all the same?
std::string why_ask(const CommandLine& typed, const Underlying& underlying) {
    if (underlying.outcome != Underlying::Outcome::simple &&
        mentions_configuration(underlying.text)) {
        return "a configuration in " + underlying.text;
    }
    const ssh::Reading plain = ssh::read_command_line(underlying.arguments, TagFlag::plain);
    const ssh::Reading tagged = ssh::read_command_line(underlying.arguments, TagFlag::takes_value);
    if (ssh::ambiguous(plain, tagged)) return "a -P in the underlying command";
    const auto* read = std::get_if<CommandLine>(&plain);
    const CommandLine via = read != nullptr ? *read : CommandLine{};
    for (const CommandLine* line : {&typed, &via}) {
        if (line->option("HostName")) return "a HostName option";
        if (line->option("CanonicalizeHostname")) return "a CanonicalizeHostname option";
    }
    const ssh::AliasAnswer alias = ssh::may_be_hub(
        typed.destination->host, configuration_files(typed, via, underlying.lacks_ssh()));
    return alias.answer == ssh::MayBeHub::ask ? alias.reason : std::string();
}

struct Route {
    bool to_hub = false;
    std::optional<ssh::Resolved> resolved;
};

Route find_route(const CommandLine& typed, const Underlying& underlying) {
    const std::string& host = typed.destination->host;
    if (hub::is_hub_name(host)) {
        system::trace("destination " + host + " is hf.co");
        return {true, {}};
    }
    const std::string why = why_ask(typed, underlying);
    if (why.empty()) {
        system::trace("destination " + host + " is another host");
        return {};
    }
    system::trace("asking ssh -G what " + host + " is: " + why);
    ssh::Resolved resolved = ResolvedQuery(underlying, typed, typed.destination->typed).wait();
    if (!hub::is_hub_name(resolved.first("hostname"))) return {};
    system::trace(host + " is an alias of hf.co");
    return {true, std::move(resolved)};
}

// A command line that we cannot read goes to ssh, which explains it. But a later ssh may read what
// we cannot: only what `ssh -G` refuses too, or says is another host, may pass.
[[noreturn]] void hand_over(const std::vector<std::string>& arguments,
                            const Underlying& underlying) {
    if (!underlying.runs()) {
        throw Failure("cannot read this command line, and no ssh was found on PATH to explain it",
                      "the manual: man hf-ssh");
    }
    // -T keeps ssh from a word about a terminal, which it would say twice.
    std::vector<std::string> question = {"-G", "-T"};
    question.insert(question.end(), arguments.begin(), arguments.end());
    system::Capture capture(ssh::command_for(underlying, question));
    const auto answer = capture.wait(std::chrono::steady_clock::now() + std::chrono::seconds(60));
    if (answer.end != system::Capture::Result::End::exited) {
        throw Failure("ssh does not answer to these arguments");
    }
    if (answer.status != 0) std::exit(answer.status);
    const ssh::Resolved resolved = ssh::read_resolved(answer.output);
    if (resolved.malformed() || hub::is_hub_name(resolved.first("hostname")) ||
        hub::is_hub_name(resolved.first("host"))) {
        throw Failure("cannot read this command line for hf.co",
                      "hf-ssh knows the options of OpenSSH 7.6 to 10; leave out what is newer");
    }
    become(underlying, arguments);
}

Underlying usable_underlying(const std::optional<std::string>& via) {
    Underlying underlying = ssh::find_underlying(via);
    // hf.co can be reached without.
    if (!underlying.runs() && !underlying.lacks_ssh()) report_unusable(underlying);
    ssh::put_assignments(underlying);
    return underlying;
}

// None for another host, and for what is about ssh itself.
std::optional<HubRequest> request_for(const CommandLine& line, const Underlying& underlying,
                                      EnvironmentKey& environment_key) {
    if (!line.destination || line.has('V') || line.has('Q')) return std::nullopt;
    Route route = find_route(line, underlying);
    if (!route.to_hub) return std::nullopt;
    return HubRequest{line, underlying, std::move(route.resolved), &environment_key};
}

// -P has a value from OpenSSH 9.4 on. Where the two readings differ, neither may lead to hf.co.
bool could_be_hub(const ssh::Reading& reading, const Underlying& underlying) {
    const auto* line = std::get_if<CommandLine>(&reading);
    return line != nullptr && line->destination && find_route(*line, underlying).to_hub;
}

}  // namespace

Invocation read_invocation(int argc, char* const* argv) {
    Invocation invocation;
    invocation.arguments.assign(argv + 1, argv + argc);
    std::vector<std::string>& words = invocation.arguments;
    if (words.empty() || words.front() != "--via") return invocation;
    if (words.size() < 2) throw Failure("--via needs a command");
    invocation.via = words[1];
    words.erase(words.begin(), words.begin() + 2);
    return invocation;
}

ssh::Ended run(const Invocation& invocation) {
    enter_chain();
    EnvironmentKey environment_key;  // first of all: no child may see it
    const std::vector<std::string>& arguments = invocation.arguments;
    const ssh::Reading plain = ssh::read_command_line(arguments, TagFlag::plain);
    const ssh::Reading tagged = ssh::read_command_line(arguments, TagFlag::takes_value);
    refuse_control_characters(plain, tagged, arguments);
    refuse_shell_words(plain, tagged);
    const Underlying underlying = usable_underlying(invocation.via);
    if (is_git_probe(arguments, underlying)) return {};

    if (ssh::ambiguous(plain, tagged)) {
        if (could_be_hub(plain, underlying) || could_be_hub(tagged, underlying)) {
            throw Failure(
                "-P takes a value in newer OpenSSH and none in older: this command line "
                "can be read in two ways, and one of them leads to hf.co",
                "leave out -P");
        }
        become(underlying, arguments);
    }
    const auto* line = std::get_if<CommandLine>(&plain);
    if (line == nullptr) {
        if (std::get<ssh::Unreadable>(plain) == ssh::Unreadable::leading_dash_host) {
            throw Failure("a destination cannot begin with '-'");
        }
        hand_over(arguments, underlying);
    }
    const auto request = request_for(*line, underlying, environment_key);
    if (!request) become(underlying, arguments);
    return connect_to_hub(*request);
}

std::optional<HubRequest> find_request(const Invocation& invocation,
                                       EnvironmentKey& environment_key) {
    const std::vector<std::string>& arguments = invocation.arguments;
    const ssh::Reading plain = ssh::read_command_line(arguments, TagFlag::plain);
    refuse_control_characters(plain, plain, arguments);
    refuse_shell_words(plain, plain);
    const auto* line = std::get_if<CommandLine>(&plain);
    if (line == nullptr) throw Failure("ssh cannot be given this destination");
    return request_for(*line, usable_underlying(invocation.via), environment_key);
}

}  // namespace hfssh::transport

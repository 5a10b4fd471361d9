// The second station: hf.co, or another host. Other hosts must not pay for the question: `ssh -G`
// is asked of a name that is not hf.co's only where the configuration may lead it there.
#include "hfssh/transport/route.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <cstring>

#include "configured.hpp"
#include "hfssh/hub/names.hpp"
#include "hfssh/ssh/config/alias_reader.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"
#include "hfssh/system/trace.hpp"
#include "hfssh/transport/ended.hpp"
#include "wrapper.hpp"

namespace hfssh::transport {
namespace {

using ssh::CommandLine;
using ssh::Underlying;
using system::Failure;

// git asks a program that is not called ssh whether it behaves as OpenSSH does, by "-G" with all
// streams on /dev/null; one whose name is ssh it does not ask. The answer is the same here, without
// the wait: yes for an underlying command named ssh.
bool is_git_probe(const Typed& typed) {
    if (typed.arguments.empty() || typed.arguments.front() != "-G") return false;
    const Underlying& underlying = typed.underlying;
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
std::string why_ask(const CommandLine& line, const Typed& typed) {
    const Underlying& underlying = typed.underlying;
    if (underlying.outcome != Underlying::Outcome::simple &&
        mentions_configuration(underlying.text)) {
        return "a configuration in the underlying command";
    }
    if (typed.via_ambiguous) return "a -P in the underlying command";
    for (const CommandLine* words : {&line, &typed.via}) {
        if (words->option("HostName")) return "a HostName option";
        if (words->option("CanonicalizeHostname")) return "a CanonicalizeHostname option";
    }
    const ssh::AliasAnswer alias = ssh::may_be_hub(
        line.destination->host, configuration_files(line, typed.via, underlying.lacks_ssh()));
    return alias.answer == ssh::MayBeHub::ask ? alias.reason : std::string();
}

// None for another host, and for what is about ssh itself.
std::optional<ToHub> hub_of(const CommandLine& line, const Typed& typed) {
    if (!line.destination || line.has('V') || line.has('Q')) return std::nullopt;
    const std::string& host = line.destination->host;
    if (hub::is_hub_name(host)) {
        system::trace("destination " + host + " is hf.co");
        return ToHub{line, {}};
    }
    const std::string why = why_ask(line, typed);
    if (why.empty()) {
        system::trace("destination " + host + " is another host");
        return std::nullopt;
    }
    system::trace("asking ssh -G what " + host + " is: " + why);
    ssh::Resolved resolved =
        ConfigurationQuery(typed, line, line.destination->typed).wait({}, settings::transport({}));
    if (!hub::is_hub_name(resolved.first("hostname"))) return std::nullopt;
    system::trace(host + " is an alias of hf.co");
    return ToHub{line, std::move(resolved)};
}

bool could_be_hub(const ssh::Reading& reading, const Typed& typed) {
    const auto* line = std::get_if<CommandLine>(&reading);
    return line != nullptr && hub_of(*line, typed).has_value();
}

// A command line that we cannot read goes to ssh, which explains it. But a later ssh may read what
// we cannot: only what `ssh -G` refuses too, or says is another host, may pass.
Route route_of_unreadable(const Typed& typed) {
    if (std::get<ssh::Unreadable>(typed.plain) == ssh::Unreadable::leading_dash_host) {
        throw Failure("a destination cannot begin with '-'", {}, system::Code::bad_argument);
    }
    if (!typed.underlying.runs()) {
        throw Failure("cannot read this command line, and no ssh was found on PATH to explain it",
                      "the manual: man hf-ssh", system::Code::no_ssh);
    }
    // -T keeps ssh from a word about a terminal, which it would say twice.
    std::vector<std::string> question = {"-G", "-T"};
    question.insert(question.end(), typed.arguments.begin(), typed.arguments.end());
    system::Capture capture(ssh::command_for(typed.underlying, question));
    const auto answer = capture.wait(std::chrono::steady_clock::now() + std::chrono::seconds(60));
    if (answer.end != system::Capture::Result::End::exited) {
        throw Failure("ssh does not answer to these arguments", {},
                      system::Code::ssh_configuration);
    }
    if (answer.status != 0) return Answered{answer.status};
    const ssh::Resolved resolved = ssh::read_resolved(answer.output);
    if (resolved.malformed() || hub::is_hub_name(resolved.first("hostname")) ||
        hub::is_hub_name(resolved.first("host"))) {
        throw Failure("cannot read this command line for hf.co",
                      "hf-ssh knows the options of OpenSSH 7.6 to 10; leave out what is newer",
                      system::Code::ssh_configuration);
    }
    return ToOther{};
}

}  // namespace

Route find_route(const Typed& typed) {
    if (is_git_probe(typed)) return Answered{0};
    if (ssh::ambiguous(typed.plain, typed.tagged)) {
        if (could_be_hub(typed.plain, typed) || could_be_hub(typed.tagged, typed)) {
            throw Failure(
                "-P takes a value in newer OpenSSH and none in older: this command line "
                "can be read in two ways, and one of them leads to hf.co",
                "leave out -P", system::Code::ssh_configuration);
        }
        return ToOther{};
    }
    const auto* line = std::get_if<CommandLine>(&typed.plain);
    if (line == nullptr) return route_of_unreadable(typed);
    auto to_hub = hub_of(*line, typed);
    return to_hub ? Route(*std::move(to_hub)) : Route(ToOther{});
}

void become(const Typed& typed) {
    if (!typed.underlying.runs()) report_unusable(typed.underlying);
    // What cannot lead back to us need not be counted. `ssh -V` leads nowhere, and is not read.
    const auto* line = std::get_if<CommandLine>(&typed.plain);
    const bool connects = line != nullptr && line->destination;
    if (connects && !typed.underlying.compound() && typed.underlying.launcher.empty() &&
        is_openssh(typed.underlying.program)) {
        ::unsetenv(depth_variable);
    }
    const system::Command command = ssh::command_for(typed.underlying, typed.arguments);
    trace_command("becoming", command);
    const int error = system::execute(command);
    throw Failure("cannot run " + system::display_path(command.file) + ": " +
                      std::string(std::strerror(error)),
                  {}, system::Code::no_ssh);
}

}  // namespace hfssh::transport

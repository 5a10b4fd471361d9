// The first station: the words of the command line and of --via, and the environment, are read
// here and nowhere else. What could add a line to what `ssh -G` prints is refused before anything
// runs.
#include "hfssh/transport/typed.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "hfssh/settings/variables.hpp"
#include "hfssh/ssh/words/shown.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::transport {
namespace {

using ssh::CommandLine;
using ssh::TagFlag;
using ssh::Underlying;
using system::Failure;

// A ProxyCommand may come through here once more, rightly; an ssh that leads back to hf-ssh is an
// error, not a loop.
void enter_chain() {
    constexpr int deepest = 8;
    const long depth =
        std::strtol(system::environment(depth_variable).value_or("0").c_str(), nullptr, 10);
    if (depth >= deepest) {
        throw Failure("the underlying ssh leads back to hf-ssh again and again",
                      "look at --via, HF_SSH_COMMAND, the ssh on PATH and ProxyCommand",
                      system::Code::ssh_configuration);
    }
    ::setenv(depth_variable, std::to_string(std::max(depth, 0L) + 1).c_str(), 1);
}

bool line_has_control(const ssh::Reading& reading) {
    const auto* line = std::get_if<CommandLine>(&reading);
    return line != nullptr && line->has_control_character();
}

// In any word before the remote command, or in the user name that a clone's URL encodes.
void refuse_control_characters(const Typed& typed) {
    bool found = line_has_control(typed.plain) || line_has_control(typed.tagged);
    const auto word = std::ranges::find_if(typed.arguments, system::has_control_character);
    // Where the line cannot be read, nobody knows where the remote command begins.
    if (std::holds_alternative<ssh::Unreadable>(typed.plain)) {
        found |= word != typed.arguments.end();
    }
    if (!found) return;
    throw Failure("refused: a control character in an argument" +
                      (word != typed.arguments.end() ? ": " + system::printable(*word)
                                                     : std::string(" (in the user name)")),
                  "a URL can carry one in disguise (%0a); nothing was run",
                  system::Code::bad_argument);
}

void read_underlying(const std::optional<std::string>& via, Typed& typed) {
    typed.underlying = ssh::find_underlying(via);
    // hf.co can be reached without.
    if (!typed.underlying.runs() && !typed.underlying.lacks_ssh()) {
        report_unusable(typed.underlying);
    }
    ssh::put_assignments(typed.underlying);
    const auto& words = typed.underlying.arguments;
    const ssh::Reading plain = ssh::read_command_line(words, TagFlag::plain);
    const auto* line = std::get_if<CommandLine>(&plain);
    typed.via_readable = line != nullptr;
    if (line != nullptr) typed.via = *line;
    typed.via_ambiguous =
        ssh::ambiguous(plain, ssh::read_command_line(words, TagFlag::takes_value));
}

}  // namespace

Typed read_typed(const std::optional<std::string>& via, std::vector<std::string> arguments) {
    Typed typed{std::move(arguments), {}, {}, {}, {}, true, false, {}};
    typed.plain = ssh::read_command_line(typed.arguments, TagFlag::plain);
    typed.tagged = ssh::read_command_line(typed.arguments, TagFlag::takes_value);
    refuse_control_characters(typed);
    // A host name or a user name with what a shell would act on, for whichever host.
    if (const auto unfit = ssh::unfit_name(typed.plain, typed.tagged)) {
        throw Failure("refused: " + *unfit, "a URL can carry one; nothing was run",
                      system::Code::bad_argument);
    }
    read_underlying(via, typed);
    typed.variables = {system::environment("HF_SSH_IDENTITY"),
                       system::environment("HF_SSH_ACCOUNT"), settings::nobody_to_ask(),
                       settings::in_ci()};
    return typed;
}

Typed read_typed(int argc, char* const* argv) {
    enter_chain();
    std::vector<std::string> words(argv + 1, argv + argc);
    if (words.empty() || words.front() != "--via") return read_typed(std::nullopt, words);
    if (words.size() < 2)
        throw Failure("--via needs a command", {}, system::Code::ssh_configuration);
    const std::string via = words[1];
    words.erase(words.begin(), words.begin() + 2);
    return read_typed(via, words);
}

void report_unusable(const Underlying& underlying) {
    using Outcome = Underlying::Outcome;
    const std::string what = underlying.source == Underlying::Source::via ? "--via"
                             : underlying.source == Underlying::Source::environment
                                 ? "HF_SSH_COMMAND"
                                 : "PATH";
    const std::string detail = system::printable(underlying.detail);
    switch (underlying.outcome) {
        case Outcome::unbalanced:
            throw Failure(what + ": unbalanced " + detail +
                              " in: " + system::printable(ssh::shown_command(underlying.text)),
                          {}, system::Code::ssh_configuration);
        case Outcome::itself:
            throw Failure(what + " leads back to hf-ssh itself: " + detail,
                          "name the ssh to run, for example /usr/bin/ssh",
                          system::Code::ssh_configuration);
        case Outcome::not_evaluated:
            throw Failure(what + ": " + detail + ": " +
                              system::printable(ssh::shown_command(underlying.text)),
                          {}, system::Code::ssh_configuration);
        default:
            break;
    }
    if (underlying.no_passwd_entry) {
        throw Failure(
            "ssh cannot run: there is no passwd entry for user ID " + std::to_string(::geteuid()),
            "add one, or use the native transport: HF_SSH_TRANSPORT=auto", system::Code::no_ssh);
    }
    if (underlying.lacks_ssh()) {
        throw Failure(
            underlying.source == Underlying::Source::path ? "no ssh was found on PATH"
                                                          : what + ": no such program: ssh",
            "install OpenSSH's client (Debian, Ubuntu: openssh-client; Fedora: "
            "openssh-clients; Alpine: openssh-client-default; Arch: openssh), or name one "
            "in HF_SSH_COMMAND",
            system::Code::no_ssh);
    }
    throw Failure(what + ": no such program: " + detail, {}, system::Code::no_ssh);
}

}  // namespace hfssh::transport

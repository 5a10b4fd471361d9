// Reads what git runs as its ssh here. A repository's own configuration may be hostile (an unpacked
// archive): git runs it only when it connects, so a verb that only looks must not run it at all.
#include "hfssh/manage/context/registration.hpp"

#include <unistd.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "hfssh/ssh/words/underlying.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::manage {
namespace {

using Kind = Registration::Kind;
using Outcome = ssh::Underlying::Outcome;

Registration named(std::string command, std::string source) {
    Registration registration;
    registration.command = std::move(command);
    registration.source = std::move(source);
    return registration;
}

// If git cannot use the repository here, it counts for no clone or URL either.
std::vector<ConfigLine> command_lines() {
    constexpr const char* pattern = "^core\\.sshcommand$";
    try {
        return config_lines(pattern);
    } catch (const system::Failure&) {
        return config_lines(pattern, {}, "/");
    }
}

// The order in which git looks. LINE is the core.sshCommand, if it is one.
Registration configured(std::optional<ConfigLine>& line) {
    if (const auto command = system::environment("GIT_SSH_COMMAND")) {
        return named(*command, "GIT_SSH_COMMAND");
    }
    const auto lines = command_lines();
    if (!lines.empty() && !lines.back().value.empty()) {
        line = lines.back();
        return named(line->value, "core.sshCommand (" + line->scope + ")");
    }
    if (const auto program = system::environment("GIT_SSH")) return named(*program, "GIT_SSH");
    return named("ssh", "git's own default");
}

bool has_our_name(const std::string& word) {
    return word == "hf-ssh" || word.ends_with("/hf-ssh") || word.ends_with("/hf-ssh/ssh");
}

bool is_ours(const std::string& word) {
    return has_our_name(word) ||
           system::same_file(system::first_on_path(word), system::executable_path());
}

// REGISTRATION has the command; the rest is filled in from its words.
void judge(Registration& registration, const ssh::Underlying& found) {
    if (found.compound() || found.outcome == Outcome::unbalanced ||
        found.outcome == Outcome::not_evaluated) {
        registration.kind = Kind::unknown;
        registration.compound = found.outcome != Outcome::not_evaluated;
        return;
    }
    std::vector<std::string> words = found.launcher;
    words.push_back(found.program);
    words.insert(words.end(), found.arguments.begin(), found.arguments.end());
    if (words.size() == 1 && system::trim(registration.command) == "ssh") words = {"ssh"};
    const auto ours = std::ranges::find_if(words, is_ours);
    if (ours == words.end()) return;
    const std::string file = system::first_on_path(*ours);
    const bool there = !file.empty() && ::access(file.c_str(), X_OK) == 0;
    registration.kind = there ? Kind::hf_ssh : Kind::missing;
    registration.program = *ours;
    if (words.end() - ours > 2 && ours[1] == "--via") registration.via = ours[2];
    registration.alone = found.assignments.empty() && ours == words.begin() &&
                         words.size() == (registration.via ? 3U : 1U);
}

// Runs nothing; what could run is dropped.
void read_foreign(Registration& registration) {
    registration.foreign = true;
    judge(registration, ssh::read_underlying(registration.command));
}

void report_not_run(Registration& registration) {
    const bool unread = registration.kind == Kind::unknown;
    if (!unread && !registration.via) return;
    system::say("not evaluated, as this repository's own configuration says it: " +
                system::printable(registration.command));
    registration.via.reset();
}

}  // namespace

bool is_foreign(const ConfigLine& line) {
    return line.scope == "local" || line.scope == "worktree";
}

Registration read_command(const std::string& command) {
    Registration registration;
    registration.command = command;
    judge(registration, ssh::find_underlying(command));
    return registration;
}

Registration read_command(const ConfigLine& line) {
    if (!is_foreign(line)) return read_command(line.value);
    Registration registration;
    registration.command = line.value;
    read_foreign(registration);
    return registration;
}

Registration find_registration() {
    std::optional<ConfigLine> line;
    Registration registration = configured(line);
    if (registration.source == "GIT_SSH") {  // a program, without a shell
        if (is_ours(registration.command)) registration.kind = Kind::hf_ssh;
        return registration;
    }
    if (line && is_foreign(*line)) {
        read_foreign(registration);
        report_not_run(registration);
        return registration;
    }
    const ssh::Underlying found = ssh::find_underlying(registration.command);
    judge(registration, found);
    if (registration.kind == Kind::hf_ssh || registration.kind == Kind::missing) {
        ssh::put_assignments(found);
    }
    return registration;
}

void warn_unless_registered(const Registration& registration) {
    if (registration.kind == Kind::hf_ssh) return;
    system::say(registration.kind == Kind::missing
                    ? "warning: git is configured to run hf-ssh, but it is not installed there"
                    : "warning: git does not run hf-ssh here; this is what hf-ssh would do");
    system::hint("register it: git hf-ssh setup");
}

}  // namespace hfssh::manage

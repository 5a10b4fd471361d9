#include "hfssh/manage/context/registration.hpp"

#include <unistd.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "hfssh/manage/context/git.hpp"
#include "hfssh/ssh/words/underlying.hpp"
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

// The scope in front, a tab, the value.
Registration from_configuration(const std::string& line) {
    const auto tab = line.find('\t');
    if (tab == std::string::npos) return named(line, "core.sshCommand");
    return named(line.substr(tab + 1), "core.sshCommand (" + line.substr(0, tab) + ")");
}

// The order in which git looks.
Registration configured() {
    if (const auto command = system::environment("GIT_SSH_COMMAND")) {
        return named(*command, "GIT_SSH_COMMAND");
    }
    const GitAnswer answer = ask_git({"config", "--show-scope", "--get", "core.sshCommand"});
    if (answer.status == 0) {
        Registration found = from_configuration(answer.output);
        if (!found.command.empty()) return found;
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

// REGISTRATION has the command; what is found out of it is added.
ssh::Underlying judge(Registration& registration) {
    ssh::Underlying found = ssh::find_underlying(registration.command);
    if (found.compound() || found.outcome == Outcome::unbalanced ||
        found.outcome == Outcome::not_evaluated) {
        registration.kind = Kind::unknown;
        return found;
    }
    std::vector<std::string> words = found.launcher;
    words.push_back(found.program);
    words.insert(words.end(), found.arguments.begin(), found.arguments.end());
    if (words.size() == 1 && system::trim(registration.command) == "ssh") words = {"ssh"};
    const auto ours = std::ranges::find_if(words, is_ours);
    if (ours == words.end()) return found;
    const std::string file = system::first_on_path(*ours);
    const bool there = !file.empty() && ::access(file.c_str(), X_OK) == 0;
    registration.kind = there ? Kind::hf_ssh : Kind::missing;
    registration.program = *ours;
    if (words.end() - ours > 2 && ours[1] == "--via") registration.via = ours[2];
    registration.alone = found.assignments.empty() && ours == words.begin() &&
                         words.size() == (registration.via ? 3U : 1U);
    return found;
}

}  // namespace

Registration read_command(const std::string& command) {
    Registration registration;
    registration.command = command;
    (void)judge(registration);
    return registration;
}

Registration find_registration() {
    Registration registration = configured();
    if (registration.source == "GIT_SSH") {  // a program, without a shell
        if (is_ours(registration.command)) registration.kind = Kind::hf_ssh;
        return registration;
    }
    const ssh::Underlying found = judge(registration);
    if (registration.kind == Kind::hf_ssh || registration.kind == Kind::missing) {
        ssh::put_assignments(found);
    }
    return registration;
}

void warn_unless_registered(const Registration& registration) {
    if (registration.kind == Kind::hf_ssh) return;
    system::say(registration.kind == Kind::missing
                    ? "warning: git is told to run hf-ssh, and it is not there"
                    : "warning: git does not run hf-ssh here; this is what hf-ssh would do");
    system::hint("git hf-ssh setup");
}

}  // namespace hfssh::manage

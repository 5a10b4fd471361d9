#include "hfssh/manage/context/registration.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include "hfssh/manage/context/git.hpp"
#include "hfssh/ssh/words/shown.hpp"
#include "hfssh/ssh/words/underlying.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"

// Reads what git runs as its ssh here. A repository's own configuration may be hostile (an unpacked
// archive): git runs it only when it connects, so a verb that only looks must not run it at all.
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
    registration.options = {ours + (registration.via ? 3 : 1), words.end()};
    registration.alone =
        found.assignments.empty() && ours == words.begin() && registration.options.empty();
}

// Runs nothing; what could run is dropped.
void read_foreign(Registration& registration) {
    registration.foreign = true;
    judge(registration, ssh::read_underlying(registration.command));
}

void report_not_run(Registration& registration) {
    const bool unread = registration.kind == Kind::unknown;
    if (!unread && !registration.via && registration.options.empty()) return;
    system::say("not evaluated, as this repository's own configuration says it: " +
                system::printable(registration.command));
    registration.via.reset();
    registration.options.clear();
}

// Finds the installed files that belong to this manager, and knows those of other installations.

std::string directory_of(const std::string& path) {
    const auto slash = path.rfind('/');
    return slash == std::string::npos || slash == 0 ? std::string() : path.substr(0, slash);
}

std::string find_own_program() {
    for (const std::string& path :
         {system::libexec_program("ssh"), directory_of(system::executable_path()) + "/hf-ssh"}) {
        if (::access(path.c_str(), X_OK) == 0) return path;
    }
    throw system::Failure("hf-ssh is not installed next to git-hf-ssh: there is neither " +
                              system::display_path(system::libexec_program("ssh")) + " nor " +
                              system::display_path(system::executable_path()),
                          "start with: install hf-ssh again", system::Code::installation);
}

std::string find_data(const char* name) {
    const std::string own = system::data_file(name);
    const std::string found = system::first_on_path("git-hf-ssh");
    if (found.starts_with('/')) {
        const std::string linked = system::data_file(name, directory_of(found));
        if (system::same_file(linked, own)) return linked;
    }
    return own;
}

constexpr std::string_view git_name = "git version ";
constexpr std::string_view openssh_names[] = {"OpenSSH_for_Windows_", "OpenSSH_"};

// "2.39", whatever follows.
std::optional<Version> read_numbers(std::string_view text) {
    Version version;
    const char* end = text.data() + text.size();
    const auto major = std::from_chars(text.data(), end, version.major);
    if (major.ec != std::errc() || major.ptr == end || *major.ptr != '.') return std::nullopt;
    const auto minor = std::from_chars(major.ptr + 1, end, version.minor);
    if (minor.ec != std::errc() || version.major < 0 || version.minor < 0) return std::nullopt;
    return version;
}

// The text after NAME; nullopt if TEXT begins otherwise.
std::optional<std::string_view> behind(std::string_view text, std::string_view name) {
    if (!text.starts_with(name)) return std::nullopt;
    return text.substr(name.size());
}

std::optional<std::string_view> behind_openssh(std::string_view text) {
    for (const std::string_view name : openssh_names) {
        if (const auto rest = behind(text, name)) return rest;
    }
    return std::nullopt;
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

std::string no_passwd_entry(const std::string& program) {
    if (!system::login_name().empty()) return {};
    return program + " cannot run: there is no passwd entry for user ID " +
           std::to_string(::geteuid());
}

std::vector<std::string> shown_words_of(const ssh::Underlying& underlying) {
    std::vector<std::string> words = ssh::shown_words(underlying.launcher);
    words.push_back(underlying.program);
    std::ranges::copy(ssh::shown_words(underlying.arguments), std::back_inserter(words));
    return words;
}

void warn_unless_registered(const Registration& registration) {
    if (registration.kind == Kind::hf_ssh) return;
    system::say(registration.kind == Kind::missing
                    ? "warning: git is configured to run hf-ssh, but it is not installed there"
                    : "warning: git does not run hf-ssh here; this is what hf-ssh would do");
    system::hint("register it: git hf-ssh setup");
}

Installation find_installation() {
    Installation installation;
    installation.program = find_own_program();
    const std::string pushes = find_data("gitconfig-push");
    if (::access(pushes.c_str(), R_OK) == 0) installation.pushes = pushes;
    const std::string include = find_data("gitconfig");
    if (::access(include.c_str(), R_OK) != 0) {
        installation.reason = "there is no " + system::display_path(include) + " to include";
        return installation;
    }
    const GitAnswer line = ask_git({"config", "--file", include, "--get", "core.sshCommand"});
    const std::string named = line.status == 0 ? read_command(line.output).program : std::string();
    if (!named.empty() && system::same_file(named, installation.program)) {
        installation.include = include;
    } else {
        installation.reason = system::display_path(include) +
                              " names another hf-ssh than this one, which was moved after it was "
                              "installed";
    }
    return installation;
}

bool is_our_include(const std::string& path) {
    return path.ends_with("/share/hf-ssh/gitconfig") ||
           system::same_file(system::expand_tilde(path), system::data_file("gitconfig"));
}

bool is_our_push_include(const std::string& path) {
    return path.ends_with("/share/hf-ssh/gitconfig-push") ||
           system::same_file(system::expand_tilde(path), system::data_file("gitconfig-push"));
}

std::optional<Version> read_git_version(std::string_view text) {
    const auto rest = behind(text, git_name);
    return rest ? read_numbers(*rest) : std::nullopt;
}

std::optional<Version> read_openssh_version(std::string_view text) {
    const auto rest = behind_openssh(text);
    return rest ? read_numbers(*rest) : std::nullopt;
}

std::string_view version_words(std::string_view text) {
    std::string_view rest = text;
    if (const auto git = behind(text, git_name)) rest = *git;
    if (const auto ssh = behind_openssh(text)) rest = *ssh;
    return system::trim(rest.substr(0, rest.find_first_of(",\r\n")));
}

}  // namespace hfssh::manage

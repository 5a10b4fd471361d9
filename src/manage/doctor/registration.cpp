#include <unistd.h>

#include <algorithm>
#include <string_view>

#include "doctor.hpp"
#include "hfssh/manage/context/registration.hpp"
#include "hfssh/manage/report/key.hpp"
#include "hfssh/manage/setup/overrides.hpp"
#include "hfssh/ssh/words/shown.hpp"
#include "hfssh/system/files.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"

// Checks what git runs as its ssh, what overrides that, and which programs go past it.
namespace hfssh::manage {
namespace {

using Kind = Registration::Kind;
using Result = Check::Result;
using system::printable;

constexpr const char* set_up = "git hf-ssh setup";

// The core.sshCommand that names hf-ssh, if another one counts here.
const ConfigLine* overridden(const SshSettings& settings) {
    const auto found = std::ranges::find_if(settings.commands, [](const ConfigLine& line) {
        return read_command(line).kind == Kind::hf_ssh;
    });
    return found == settings.commands.end() ? nullptr : &*found;
}

Check look_at_registration(const Registration& registration, const SshSettings& settings) {
    constexpr const char* name = "registration";
    const std::string found = "git runs " + printable(ssh::shown_text(registration.command)) +
                              ", by " + registration.source;
    if (registration.kind == Kind::hf_ssh) return {name, Result::ok, found};
    if (const ConfigLine* line = overridden(settings)) {
        return {name, Result::ok,
                printable(line->value) + " is registered (" + line->scope + "), but not run here"};
    }
    switch (registration.kind) {
        case Kind::missing:
            return {name, Result::failure, found + "; there is no such program",
                    "git reaches no host over SSH", set_up};
        case Kind::unknown:
            return {name, Result::warning, found,
                    registration.foreign
                        ? "this repository's own configuration says it, so it was not evaluated"
                        : "this is a piece of shell: it is not known whether it runs hf-ssh",
                    set_up};
        default:
            break;
    }
    return {name, Result::failure, found,
            "hf-ssh is not used: the host key is not compared with the published ones, and the "
            "first key that ssh finds is offered",
            set_up};
}

// With some variants git passes only options that hf-ssh takes.
Result severity(const Override& override) {
    switch (override.kind) {
        case Override::Kind::variant:
            return system::lower(override.value) == "tortoiseplink" ? Result::failure
                                                                    : Result::warning;
        case Override::Kind::program_variable:
            return system::find_program("git-lfs").empty() ? Result::warning : Result::failure;
        default:
            break;
    }
    return Result::failure;
}

Checks look_at_overrides(const SshSettings& settings) {
    constexpr const char* name = "overrides";
    Checks checks;
    for (const Override& override : find_overrides(settings)) {
        checks.push_back({name, severity(override), override.text, {}, override.remedy});
    }
    if (checks.empty()) checks.push_back({name, Result::ok, "nothing overrides it"});
    return checks;
}

Check look_at_helper() {
    constexpr const char* name = "helper";
    const std::string file = system::libexec_program("known-hosts");
    const std::string shown = system::display_path(file);
    if (::access(file.c_str(), X_OK) == 0) return {name, Result::ok, shown};
    constexpr const char* why = "no host key can be checked, so hf-ssh does not connect to hf.co";
    if (::access(file.c_str(), F_OK) == 0) {
        return {name, Result::failure, shown + " cannot be executed", why,
                "chmod +x " + shell_path(file)};
    }
    return {name, Result::failure, shown + " is not there", why, "install hf-ssh again"};
}

bool npm_sees_a_command() {
    const auto text = system::read_file(npm_file(), system::largest_small_file);
    const auto* lines = std::get_if<std::string>(&text);
    return lines != nullptr && npm_finds_command(*lines);
}

// Programs that set GIT_SSH_COMMAND themselves unless it is set, or read no core.sshCommand.
Check look_at_programs(const SshSettings& settings) {
    constexpr const char* name = "programs";
    constexpr const char* why =
        "they run ssh without hf-ssh: they do not compare the host key of hf.co with the published "
        "ones, and offer the first key that ssh finds";
    constexpr const char* fix = "git hf-ssh setup --print-env";
    std::vector<std::string> past;
    if (!settings.git_ssh_command) {
        for (const char* program : {"go", "yarn", "yarnpkg", "ansible", "dulwich"}) {
            if (!system::find_program(program).empty()) past.emplace_back(program);
        }
    }
    const bool first_ssh =
        system::same_file(system::first_on_path("ssh"), system::libexec_program("ssh"));
    if (!first_ssh && !system::find_program("git-annex").empty()) past.emplace_back("git-annex");
    const bool npm =
        !settings.git_ssh_command && !system::find_program("npm").empty() && !npm_sees_a_command();
    if (past.empty() && !npm) return {name, Result::ok, "no program here ignores it"};
    if (npm) past.emplace_back("npm");
    return {name, Result::warning, "these ignore core.sshCommand: " + system::join(past, ", "), why,
            fix};
}

// git itself, and whether it can read its configuration.

constexpr Version oldest = {2, 26};
constexpr const char* newer = "install git 2.26 or later";

Check version(const Situation& situation) {
    if (situation.git.empty()) {
        return {"git", Result::failure, "git was not found on PATH", {}, "install git"};
    }
    const std::string file = system::display_path(situation.git);
    const auto version = read_git_version(situation.git_version);
    if (situation.git_version.empty()) return skipped("git", file + " does not print its version");
    if (!version) {
        return {"git", Result::failure, file + " prints: " + printable(situation.git_version),
                "this is not git", "put git before it on PATH"};
    }
    const std::string found =
        "git " + printable(version_words(situation.git_version)) + ", " + file;
    if (*version < oldest) {
        return {"git", Result::failure, found,
                "hf-ssh needs git 2.26 or later, to read its settings", newer};
    }
    return {"git", Result::ok, found};
}

// git names it in the command that it proposes, quoted if a shell needs that. Empty if it is not
// one plain word: the owner of the directory chose its name.
std::string distrusted_directory(const std::string& words) {
    constexpr std::string_view command = "git config --global --add safe.directory ";
    for (const std::string_view line : system::lines(words)) {
        if (!line.starts_with(command)) continue;
        std::string_view word = line.substr(command.size());
        const bool quoted = word.size() > 2 && word.front() == '\'' && word.back() == '\'';
        if (quoted) word = word.substr(1, word.size() - 2);
        const bool plain = word.find_first_of("'\\") == std::string_view::npos;
        return plain ? std::string(word) : std::string();
    }
    return {};
}

// git names a file of the repository relative to the top, whatever the working directory is.
std::string file_above(const std::string& file) {
    if (file.starts_with('/')) return file;
    const std::string here = system::absolute_path(file);
    std::string directory = here.substr(0, here.size() - file.size());
    while (::access((directory + file).c_str(), F_OK) != 0) {
        if (directory.size() < 2) return file;
        directory.resize(directory.rfind('/', directory.size() - 2) + 1);
    }
    return directory + file;
}

// The fix that can be read from an error of git, such as "… bad config line 3 in file
// /h/.gitconfig".
std::string way_out(const std::string& words) {
    constexpr std::string_view line = "bad config line ";
    constexpr std::string_view file = " in file ";
    if (const auto at = words.find(line); at != std::string::npos) {
        const auto in = words.find(file, at);
        const std::string number = words.substr(at + line.size(), in - at - line.size());
        const bool counts = !number.empty() && std::ranges::all_of(number, [](char c) {
            return c >= '0' && c <= '9';
        });
        if (in != std::string::npos && counts) {
            return "${EDITOR:-vi} +" + number + " " +
                   shell_path(file_above(words.substr(in + file.size())));
        }
    }
    if (words.find("safe.directory") != std::string::npos) {
        const std::string directory = distrusted_directory(words);
        return directory.empty()
                   ? "run the command that git proposes"
                   : "git config --global --add safe.directory " + system::shell_quote(directory);
    }
    return "git config --list";
}

Check configuration(const Situation& situation) {
    constexpr const char* name = "git-configuration";
    if (situation.git.empty()) return skipped(name, "git was not found");
    if (!situation.broken_repository.empty()) {
        return {name, Result::warning,
                ".git here leads to " + system::display_path(situation.broken_repository) +
                    ", which is no repository",
                "here, git can do no more than clone",
                "bring that repository back, or remove .git"};
    }
    if (situation.surroundings) return {name, Result::ok, "git reads it"};
    if (!situation.git_version.empty() && !read_git_version(situation.git_version)) {
        return skipped(name, situation.no_surroundings);
    }
    return {name, Result::failure, situation.no_surroundings,
            "git runs nothing here, and hf-ssh cannot read its settings",
            way_out(situation.no_surroundings)};
}

}  // namespace

Checks check_registration(const Situation& situation) {
    if (!situation.surroundings) {
        return {skipped("registration", situation.no_surroundings),
                skipped("overrides", situation.no_surroundings), look_at_helper()};
    }
    const SshSettings settings = ssh_settings_here();
    Checks checks = {look_at_registration(situation.surroundings->registration(), settings)};
    std::ranges::move(look_at_overrides(settings), std::back_inserter(checks));
    const Registration& registration = situation.surroundings->registration();
    if (registration.kind == Kind::hf_ssh) checks.push_back(look_at_programs(settings));
    checks.push_back(look_at_helper());
    return checks;
}

Checks check_git(const Situation& situation) {
    return {version(situation), configuration(situation)};
}

}  // namespace hfssh::manage

// Checks what git runs as its ssh, what overrides that, and which programs go past it.
#include <unistd.h>

#include <algorithm>

#include "doctor.hpp"
#include "hfssh/manage/report/key.hpp"
#include "hfssh/manage/setup/overrides.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"

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
    const std::string found =
        "git runs " + printable(registration.command) + ", by " + registration.source;
    if (registration.kind == Kind::hf_ssh) return {name, Result::ok, found, {}, {}};
    if (const ConfigLine* line = overridden(settings)) {
        return {name,
                Result::ok,
                printable(line->value) + " is registered (" + line->scope + "), but not run here",
                {},
                {}};
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
    if (checks.empty()) checks.push_back({name, Result::ok, "nothing overrides it", {}, {}});
    return checks;
}

Check look_at_helper() {
    constexpr const char* name = "helper";
    const std::string file = system::libexec_program("known-hosts");
    const std::string shown = system::display_path(file);
    if (::access(file.c_str(), X_OK) == 0) return {name, Result::ok, shown, {}, {}};
    constexpr const char* why = "no host key can be checked, so hf-ssh does not connect to hf.co";
    if (::access(file.c_str(), F_OK) == 0) {
        return {name, Result::failure, shown + " cannot be executed", why,
                "chmod +x " + shell_path(file)};
    }
    return {name, Result::failure, shown + " is not there", why, "install hf-ssh again"};
}

// npm parses ~/.gitconfig as INI, sees no include, and sets GIT_SSH_COMMAND with
// StrictHostKeyChecking=accept-new unless it finds a core.sshCommand (npm 6 to 11, @npmcli/git).
bool npm_sees_a_command() {
    const std::string file = system::home() + "/.gitconfig";
    if (::access(file.c_str(), R_OK) != 0) return false;
    return !config_lines("^core\\.sshcommand$", {"--file", file, "--no-includes"}).empty();
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
    if (past.empty() && !npm) return {name, Result::ok, "no program here ignores it", {}, {}};
    if (npm) past.emplace_back("npm");
    return {name, Result::warning, "these ignore core.sshCommand: " + system::join(past, ", "), why,
            npm && past.size() == 1 ? set_up : fix};
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

}  // namespace hfssh::manage

#include "hfssh/manage/setup/overrides.hpp"

#include <algorithm>
#include <array>

#include "hfssh/manage/context/registration.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"
#include "plan.hpp"
#include "setup.hpp"

// Finds what git or git-lfs would run instead of the registered hf-ssh.
namespace hfssh::manage {
namespace {

using Kind = Override::Kind;
using system::printable;

bool is_ours(const std::string& command) {
    return read_command(command).kind == Registration::Kind::hf_ssh;
}

bool is_ours(const ConfigLine& line) {
    return read_command(line).kind == Registration::Kind::hf_ssh;
}

// For a variant of these git uses words that OpenSSH and hf-ssh take. git-config(1), ssh.variant.
bool suits_openssh(const std::string& variant) {
    constexpr std::array<std::string_view, 3> names = {"auto", "ssh", ""};
    return std::ranges::find(names, system::lower(variant)) != names.end();
}

std::string where(const ConfigLine& line) {
    if (line.file.empty()) return "git -c or GIT_CONFIG_COUNT";
    return system::display_path(line.file) + " (" + line.scope + ")";
}

Override of_line(Kind kind, const std::string& name, const ConfigLine& line) {
    return {kind, name, line.value, line.scope, line.file, {}, {}};
}

// The command that takes the line away, if there is one.
std::string without(const std::string& name, const ConfigLine& line) {
    if (line.file.empty()) return "run git without -c " + name + " and without GIT_CONFIG_COUNT";
    return "git config --file " + system::shell_word(line.file) + " --unset-all " + name;
}

void look_at_variables(const SshSettings& settings, std::vector<Override>& found) {
    if (const auto& command = settings.git_ssh_command) {
        found.push_back({Kind::command_variable, "GIT_SSH_COMMAND", *command, "environment", "",
                         "GIT_SSH_COMMAND is set, and comes before core.sshCommand: git runs " +
                             printable(*command),
                         "unset GIT_SSH_COMMAND"});
        return;
    }
    const auto& program = settings.git_ssh;
    if (!program || is_ours(system::shell_quote(*program))) return;
    found.push_back({Kind::program_variable, "GIT_SSH", *program, "environment", "",
                     "GIT_SSH is set, and for git-lfs it comes before core.sshCommand: git-lfs "
                     "runs " +
                         printable(*program),
                     "unset GIT_SSH"});
}

void look_at_commands(const SshSettings& settings, std::vector<Override>& found) {
    const auto& lines = settings.commands;
    if (lines.empty() || is_ours(lines.back())) return;
    if (std::ranges::none_of(lines, [](const ConfigLine& line) { return is_ours(line); })) return;
    const ConfigLine& line = lines.back();
    Override override = of_line(Kind::configuration, "core.sshCommand", line);
    override.text = "core.sshCommand of " + where(line) + " counts here, not hf-ssh: git runs " +
                    printable(line.value);
    override.remedy =
        line.scope == "local" ? "git hf-ssh setup --local" : without("core.sshCommand", line);
    found.push_back(std::move(override));
}

void look_at_variants(const SshSettings& settings, std::vector<Override>& found) {
    const std::string effect = ", so git passes the options of that program, not of OpenSSH";
    if (const auto& variant = settings.git_ssh_variant) {
        if (suits_openssh(*variant)) return;
        found.push_back({Kind::variant, "GIT_SSH_VARIANT", *variant, "environment", "",
                         "GIT_SSH_VARIANT is " + printable(*variant) + effect,
                         "unset GIT_SSH_VARIANT"});
        return;
    }
    if (settings.variants.empty() || suits_openssh(settings.variants.back().value)) return;
    const ConfigLine& line = settings.variants.back();
    Override override = of_line(Kind::variant, "ssh.variant", line);
    override.text = "ssh.variant of " + where(line) + " is " + printable(line.value) + effect;
    override.remedy = without("ssh.variant", line);
    found.push_back(std::move(override));
}

// git hf-ssh setup --print-env: for programs that ignore core.sshCommand (see programs.cpp in
// doctor).

enum class Shell { posix, fish };

Shell read_shell(const std::string& named) {
    const std::string word = named.empty() ? system::environment("SHELL").value_or("sh") : named;
    const std::string name = word.substr(word.rfind('/') + 1);
    if (name == "fish") return Shell::fish;
    const bool known = name == "sh" || name == "bash" || name == "zsh" || name == "dash" ||
                       name == "ksh" || name == "ash" || name == "mksh";
    if (!known && !named.empty()) {
        throw UsageError{"not a shell that is known here: " + system::printable(named),
                         "one of sh, bash, zsh, dash, ksh, fish"};
    }
    return Shell::posix;
}

// fish(1), Quotes: within single quotes a backslash escapes itself and the quote.
std::string fish_quote(const std::string& word) {
    std::string quoted = "'";
    for (const char c : word) {
        if (c == '\\' || c == '\'') quoted += '\\';
        quoted += c;
    }
    return quoted + "'";
}

std::string command_line(Shell shell, const std::string& value) {
    if (shell == Shell::fish) return "set -gx GIT_SSH_COMMAND " + fish_quote(value);
    return "export GIT_SSH_COMMAND=" + system::shell_word(value);
}

// A program without a setting of its own, such as git-annex, runs the first ssh on PATH.
std::string path_line(Shell shell, const std::string& directory) {
    if (shell == Shell::fish) return "set -gx PATH " + fish_quote(directory) + " $PATH";
    return "export PATH=" + system::shell_word(directory) + ":\"$PATH\"";
}

}  // namespace

SshSettings ssh_settings_here() {
    SshSettings settings;
    settings.git_ssh_command = system::environment("GIT_SSH_COMMAND");
    settings.git_ssh = system::environment("GIT_SSH");
    settings.git_ssh_variant = system::environment("GIT_SSH_VARIANT");
    for (ConfigLine& line : config_lines("^(core\\.sshcommand|ssh\\.variant)$")) {
        (line.key == "ssh.variant" ? settings.variants : settings.commands)
            .push_back(std::move(line));
    }
    return settings;
}

std::vector<Override> find_overrides(const SshSettings& settings) {
    std::vector<Override> found;
    // hf-ssh as GIT_SSH_COMMAND comes before everything else, for git-lfs too.
    if (!settings.git_ssh_command || !is_ours(*settings.git_ssh_command)) {
        look_at_variables(settings, found);
        look_at_commands(settings, found);
    }
    look_at_variants(settings, found);
    return found;
}

std::vector<Override> find_overrides() {
    return find_overrides(ssh_settings_here());
}

Status print_environment(const std::string& shell_name, Report& report) {
    const Shell shell = read_shell(shell_name);
    const Installation installation = find_installation();
    const auto set = system::environment("GIT_SSH_COMMAND");
    ScopeState state = look_at_scope(Scope::global, find_scope_file(Scope::global).path);
    if (set) {
        state.effective =
            Command{{"environment", "", "GIT_SSH_COMMAND", *set}, read_command(*set), false};
    }
    const std::string value = command_for_git(installation.program, former_of(state));
    const std::string line = command_line(shell, value);
    const bool linked = installation.program.ends_with("/ssh");
    const std::string directory =
        linked ? installation.program.substr(0, installation.program.rfind('/')) : "";
    Record& whole = report.whole();
    whole.heading(
        line + (linked ? "\n# for git-annex, and others that run the first ssh on PATH:\n# " +
                             path_line(shell, directory)
                       : ""),
        Tone::plain);
    whole.json("variable", "GIT_SSH_COMMAND").json("value", value).json("line", line);
    whole.json("directory", linked ? Json(directory) : Json());
    whole.json("path_line", linked ? Json(path_line(shell, directory)) : Json());
    return Status::yes;
}

std::string npm_file() {
    return system::home() + "/.gitconfig";
}

bool npm_finds_command(std::string_view text) {
    bool in_core = false;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find_first_of("\r\n"));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        const std::string_view words = system::trim(line);
        if (line.starts_with('[') && line.find(']') == words.size() - 1) {
            in_core = system::trim(words.substr(1, words.size() - 2)) == "core";
        } else if (in_core && system::trim(words.substr(0, words.find('='))) == "sshCommand") {
            return true;
        }
    }
    return false;
}

}  // namespace hfssh::manage

// git hf-ssh setup --print-env: for programs that ignore core.sshCommand (see programs.cpp in
// doctor).
#include "hfssh/manage/context/installation.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "plan.hpp"
#include "setup.hpp"

namespace hfssh::manage {
namespace {

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

}  // namespace hfssh::manage

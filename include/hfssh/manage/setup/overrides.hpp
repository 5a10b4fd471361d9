#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hfssh/manage/context/git.hpp"

// What keeps git or git-lfs from running the hf-ssh that is registered.
namespace hfssh::manage {

// What git and git-lfs look at to find their ssh (git(1), GIT_SSH; git-config(1), core.sshCommand,
// ssh.variant).
struct SshSettings {
    std::optional<std::string> git_ssh_command;  // GIT_SSH_COMMAND, if it is not empty
    std::optional<std::string> git_ssh;          // GIT_SSH
    std::optional<std::string> git_ssh_variant;  // GIT_SSH_VARIANT
    std::vector<ConfigLine> commands;            // core.sshCommand in every scope, the last counts
    std::vector<ConfigLine> variants;            // ssh.variant likewise
};

// Of the environment and the working directory. Before stand_where_git_runs_ssh(), which takes away
// what `git -c` has set.
[[nodiscard]] SshSettings ssh_settings_here();

struct Override {
    enum class Kind {
        command_variable,  // GIT_SSH_COMMAND: git and git-lfs run that
        program_variable,  // GIT_SSH: git-lfs runs it, and git if there is no core.sshCommand
        configuration,     // another core.sshCommand counts, of a file that git reads later
        variant,  // ssh.variant, GIT_SSH_VARIANT: git passes options that OpenSSH does not know
    };
    Kind kind = Kind::configuration;
    std::string name;    // "GIT_SSH_COMMAND", "core.sshCommand", "ssh.variant" …
    std::string value;   // as it is: not printable
    std::string scope;   // "environment", or of the line: "local", "worktree", "command" …
    std::string file;    // of the line; empty if there is none
    std::string text;    // "git and git-lfs run GIT_SSH_COMMAND instead: plink"
    std::string remedy;  // the command that fixes it; printable
};

// In the order in which they count. read_command() (registration.hpp) says whether a command is
// hf-ssh. A core.sshCommand overrides only if an earlier one names hf-ssh; if none does, nothing is
// registered and so nothing is overridden.
[[nodiscard]] std::vector<Override> find_overrides(const SshSettings& settings);
[[nodiscard]] std::vector<Override> find_overrides();

// npm reads this file, follows no include, and sets GIT_SSH_COMMAND with
// StrictHostKeyChecking=accept-new unless it finds a core.sshCommand there (npm 6 to 11,
// @npmcli/git). Its reader of INI files is not git's: a section is a line that is "[core]" and
// nothing else, and names are in the case that is written.
[[nodiscard]] std::string npm_file();
[[nodiscard]] bool npm_finds_command(std::string_view text);  // pure

}  // namespace hfssh::manage

#pragma once

#include <optional>
#include <string>

namespace hfssh::manage {

// What git runs as its ssh here, and whether that is hf-ssh.
struct Registration {
    enum class Kind {
        hf_ssh,   // ours
        missing,  // named as ours, and not there
        other,    // another command, or git's own ssh
        unknown,  // a piece of shell: nobody knows
    };
    Kind kind = Kind::other;
    std::string command;             // as configured; "ssh" where nothing is
    std::string source;              // "GIT_SSH_COMMAND", "core.sshCommand (global)", "GIT_SSH"
    std::optional<std::string> via;  // the --via in it
    std::string program;             // ours, missing: the word that names it, evaluated
    bool alone = false;              // ours, missing: nothing but it and --via stands there
};

// A command as git takes it (core.sshCommand, GIT_SSH_COMMAND). Its words are evaluated by the
// shell where they need one. `source` stays empty.
[[nodiscard]] Registration read_command(const std::string& command);

// Asked with git's whole environment, `-c` included: before stand_where_git_runs_ssh(). What the
// command assigns ("HF_SSH_TRACE=1 hf-ssh") is put into this process's environment.
[[nodiscard]] Registration find_registration();

// A word on standard error where git runs another command than hf-ssh.
void warn_unless_registered(const Registration& registration);

}  // namespace hfssh::manage

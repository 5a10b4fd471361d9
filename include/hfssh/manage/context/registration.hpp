#pragma once

#include <optional>
#include <string>

#include "hfssh/manage/context/git_config.hpp"

namespace hfssh::manage {

// What git runs as its ssh here, and whether that is hf-ssh.
struct Registration {
    enum class Kind {
        hf_ssh,   // ours
        missing,  // named as ours, but not installed there
        other,    // another command, or git's own ssh
        unknown,  // a piece of shell, or words that only a shell can read
    };
    Kind kind = Kind::other;
    std::string command;             // as configured; "ssh" if nothing is
    std::string source;              // "GIT_SSH_COMMAND", "core.sshCommand (global)", "GIT_SSH"
    std::optional<std::string> via;  // the --via in it
    std::string program;             // ours, missing: the word that names it, evaluated
    bool alone = false;              // ours, missing: there is nothing else but --via
    bool compound = false;           // unknown: a piece of shell, not just words
    // From the configuration of a repository, which another user may have written: its words were
    // not given to a shell, and `via` must not be run.
    bool foreign = false;
};

// Does the line come from a repository's own configuration (git-config(1), --show-scope)?
[[nodiscard]] bool is_foreign(const ConfigLine& line);

// Reads a command as git takes it (core.sshCommand, GIT_SSH_COMMAND). A shell evaluates its words
// if they need one. `source` stays empty.
[[nodiscard]] Registration read_command(const std::string& command);
// The same for a core.sshCommand. Nothing of a foreign one is evaluated.
[[nodiscard]] Registration read_command(const ConfigLine& line);

// Asks with git's whole environment, `-c` included: call it before stand_where_git_runs_ssh(). What
// the command assigns ("HF_SSH_TRACE=1 hf-ssh") is put into this process's environment. Of a
// foreign command nothing is evaluated and `via` is dropped, since verbs run it; a message says so.
[[nodiscard]] Registration find_registration();

// Warns on standard error if git runs another command than hf-ssh.
void warn_unless_registered(const Registration& registration);

}  // namespace hfssh::manage

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "hfssh/manage/context/git.hpp"
#include "hfssh/ssh/words/underlying.hpp"

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
    std::string command;               // as configured; "ssh" if nothing is
    std::string source;                // "GIT_SSH_COMMAND", "core.sshCommand (global)", "GIT_SSH"
    std::optional<std::string> via;    // the --via in it
    std::vector<std::string> options;  // ours: what else is typed in it, "-i", "~/.ssh/work"
    std::string program;               // ours, missing: the word that names it, evaluated
    bool alone = false;                // ours, missing: there is nothing else but --via
    bool compound = false;             // unknown: a piece of shell, not just words
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
// foreign command nothing is evaluated and `via` and `options` are dropped, since verbs run them; a
// message says so.
[[nodiscard]] Registration find_registration();

// "ssh cannot run: there is no passwd entry for user ID 1000530000", as in many containers, where
// OpenSSH's programs end at once; empty if there is one.
[[nodiscard]] std::string no_passwd_entry(const std::string& program);

// The command that UNDERLYING is, without its secrets.
[[nodiscard]] std::vector<std::string> shown_words_of(const ssh::Underlying& underlying);

// Warns on standard error if git runs another command than hf-ssh.
void warn_unless_registered(const Registration& registration);

// The hf-ssh that this manager belongs to, as git's configuration names it.
struct Installation {
    std::string program;  // libexec/hf-ssh/ssh, or hf-ssh itself if there is none (a build tree)
    std::string include;  // share/hf-ssh/gitconfig; empty if it does not name `program`
    std::string reason;   // why it is empty, printable
    std::string pushes;   // share/hf-ssh/gitconfig-push; empty if it is not installed
};

// Paths through links that stay where they are when the package is upgraded are preferred: a bin
// directory of links to a directory with a version in its name. Throws a system::Failure where
// there is no hf-ssh.
[[nodiscard]] Installation find_installation();

// Is PATH the share/hf-ssh/gitconfig of some installation, also one that is gone?
[[nodiscard]] bool is_our_include(const std::string& path);
// Likewise share/hf-ssh/gitconfig-push.
[[nodiscard]] bool is_our_push_include(const std::string& path);

struct Version {
    int major = 0;
    int minor = 0;
    friend bool operator==(const Version&, const Version&) = default;
    friend bool operator<(const Version& a, const Version& b) {
        return a.major != b.major ? a.major < b.major : a.minor < b.minor;
    }
};

// "git version 2.39.5 (Apple Git-154)". Nullopt for anything else. Pure.
[[nodiscard]] std::optional<Version> read_git_version(std::string_view text);

// What `ssh -V` says: "OpenSSH_9.2p1 Debian-2+deb12u3, OpenSSL 3.0.15", also
// "OpenSSH_for_Windows_9.5p1". Nullopt for another program. Pure.
[[nodiscard]] std::optional<Version> read_openssh_version(std::string_view text);

// "9.2p1 Debian-2+deb12u3", "2.39.5": the text after the program's name, up to the first
// comma or line end. Pure.
[[nodiscard]] std::string_view version_words(std::string_view text);

}  // namespace hfssh::manage

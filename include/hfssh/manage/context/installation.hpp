#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hfssh::manage {

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

// "git version 2.39.5 (Apple Git-154)". None for anything else. Pure.
[[nodiscard]] std::optional<Version> read_git_version(std::string_view text);

// What `ssh -V` says: "OpenSSH_9.2p1 Debian-2+deb12u3, OpenSSL 3.0.15", also
// "OpenSSH_for_Windows_9.5p1". None where it is another program. Pure.
[[nodiscard]] std::optional<Version> read_openssh_version(std::string_view text);

// "9.2p1 Debian-2+deb12u3", "2.39.5": the text after the program's name, up to the first
// comma or line end. Pure.
[[nodiscard]] std::string_view version_words(std::string_view text);

}  // namespace hfssh::manage

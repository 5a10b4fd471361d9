#pragma once

#include <string>

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

}  // namespace hfssh::manage

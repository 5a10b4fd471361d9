#pragma once

#include <string>

namespace hfssh::manage {

// The hf-ssh that this manager belongs to, as git is told of it.
struct Installation {
    std::string program;  // libexec/hf-ssh/ssh, or hf-ssh itself where there is none (a build tree)
    std::string include;  // share/hf-ssh/gitconfig; empty where it does not lead to `program`
    std::string reason;   // why it is empty: for a person
};

// Paths through links that stay where they are when the package is upgraded are preferred: a bin
// directory of links to a directory with a version in its name. Throws a system::Failure where
// there is no hf-ssh.
[[nodiscard]] Installation find_installation();

// Is PATH the share/hf-ssh/gitconfig of some installation, also one that is gone?
[[nodiscard]] bool is_our_include(const std::string& path);

}  // namespace hfssh::manage

#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "hfssh/system/platform.hpp"

// Which git command does this process belong to? All its connections may share one.
namespace hfssh::reuse {

struct GitCommand {
    pid_t process = 0;
    std::uint64_t started = 0;  // system::Process
};

using Look = std::function<std::optional<system::Process>(pid_t)>;

// The topmost git, git-* or git-lfs above process SELF that is reached through these, shells and
// hf-ssh alone, all in SELF's session. The nearest one differs between the connections of one
// command (a push, its hook, its ls-remote); the topmost does not. Anything else between, such as a
// hook in another language, ends the search: then nothing is shared. Pure but for LOOK.
[[nodiscard]] std::optional<GitCommand> find_command(pid_t self, const Look& look);

}  // namespace hfssh::reuse

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hfssh/ssh/config/files.hpp"

// Whether a destination that is not literally hf.co may be an alias of it ("Host hf-work",
// "HostName hf.co"), so that `ssh -G` must be asked. Every other host pays only for this reading.
namespace hfssh::ssh {

enum class MayBeHub { no, ask };

struct AliasAnswer {
    MayBeHub answer = MayBeHub::no;
    std::string reason;  // ask: for the trace, "~/.ssh/config line 3: HostName hf.co"
};

// Errs on the side of asking: Match counts as matching, a pattern matches in any letter case (as
// some versions do), and a line that versions of OpenSSH take apart differently counts as whatever
// it may be. A typed -o HostName or -o CanonicalizeHostname is the caller's to see.
[[nodiscard]] AliasAnswer may_be_hub(std::string_view destination,
                                     const std::vector<ConfigFile>& files);

}  // namespace hfssh::ssh

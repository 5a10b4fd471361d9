#pragma once

#include <string>
#include <variant>
#include <vector>

#include "hfssh/ssh/config/files.hpp"
#include "hfssh/ssh/config/resolved.hpp"
#include "hfssh/ssh/words/command_line.hpp"
#include "hfssh/ssh/words/destination.hpp"

// What `ssh -G` would print, on a machine that has no ssh to ask: of the command line and the files
// of ssh_config(5), the few settings that the native transport honours.
namespace hfssh::ssh {

// What stands in the way, and what to do about it; both printable.
struct NotHonoured {
    std::string text;  // "~/.ssh/config line 3: Match exec"
    std::string hint;
};

// VIA are the options of the ssh in --via or HF_SSH_COMMAND, which count as typed first.
// DESTINATION is TYPED's own, or "hf.co"; FILES what config_files() says for the -F among the two.
//
// Not honoured is, where it would have an effect: a ProxyJump; what stands in a Match block of
// which only ssh can tell whether it applies (exec, localnetwork, tagged …); a line that ssh stops
// at; a file that ssh does not trust or that can't be read as a whole. What would set nothing,
// because the first value counts, stands in nobody's way. Unknown keywords are passed over:
// versions differ. Host names are not canonicalised (that asks DNS); "canonical" and "final" count
// as in ssh.
//
// Different from ssh -G: a file named by -i and by a configuration stands there once, and lists of
// algorithms are those of plain_algorithms().
[[nodiscard]] std::variant<Resolved, NotHonoured> resolve_without_ssh(
    const CommandLine& typed, const CommandLine& via, const Destination& destination,
    const std::vector<ConfigFile>& files);

}  // namespace hfssh::ssh

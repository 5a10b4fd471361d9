#pragma once

#include <string>
#include <variant>
#include <vector>

#include "hfssh/ssh/config/files.hpp"
#include "hfssh/ssh/config/resolved.hpp"
#include "hfssh/ssh/words/command_line.hpp"
#include "hfssh/ssh/words/destination.hpp"

// What `ssh -G` would print, if ssh cannot be asked: of the command line and the files of
// ssh_config(5), the few settings that the native transport honours.
namespace hfssh::ssh {

// Which setting cannot be honoured, and what to do about it; both printable.
struct NotHonoured {
    std::string text;  // "~/.ssh/config line 3: Match exec true"
    std::string hint;
};

// VIA are the options of the ssh in --via or HF_SSH_COMMAND, which count as typed first.
// DESTINATION is TYPED's own, or "hf.co"; FILES what config_files() says for the -F among the two.
//
// Returns NotHonoured for these if they would take effect: a setting in a Match block, a ProxyJump,
// any other setting outside the short list of setting.cpp that makes a difference, a keyword that
// is not known (RefuseConnection too); and for a line that ssh stops at, a file that ssh does not
// trust or that cannot be read as a whole. Host names are not canonicalised: that asks DNS.
//
// Different from ssh -G: a file named by -i and by a configuration is printed once.
[[nodiscard]] std::variant<Resolved, NotHonoured> resolve_without_ssh(
    const CommandLine& typed, const CommandLine& via, const Destination& destination,
    const std::vector<ConfigFile>& files);

}  // namespace hfssh::ssh

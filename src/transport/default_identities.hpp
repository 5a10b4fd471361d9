#pragma once

#include <string>
#include <vector>

#include "hfssh/ssh/config/files.hpp"
#include "hfssh/ssh/words/command_line.hpp"
#include "hfssh/ssh/words/underlying.hpp"

namespace hfssh::transport {

// OUTPUT of `ssh -G` without the identities that ssh has by default, which it prints if no
// IdentityFile is configured: an identityfile line of the result is one that the user configured.
// TYPED and FILES are what was asked with. Starts another ssh only if in doubt.
[[nodiscard]] std::string without_default_identities(std::string output,
                                                     const ssh::Underlying& underlying,
                                                     const ssh::CommandLine& typed,
                                                     const ssh::CommandLine& via,
                                                     const std::vector<ssh::ConfigFile>& files);

}  // namespace hfssh::transport

#pragma once

#include <string>
#include <variant>

#include "gathered.hpp"
#include "hfssh/ssh/without/resolve.hpp"

namespace hfssh::ssh {

// SETTINGS as `ssh -G` prints them, with its defaults, and read back by its reader. What does not
// depend on a line alone is settled here: an IdentityAgent's tokens, lists of algorithms.
[[nodiscard]] std::variant<Resolved, NotHonoured> print_settings(const GatheredSettings& settings,
                                                                 const std::string& original_host,
                                                                 const std::string& host_name);

}  // namespace hfssh::ssh

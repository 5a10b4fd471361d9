#pragma once

#include <string>

#include "hfssh/ssh/config/resolved.hpp"
#include "hfssh/ssh/words/underlying.hpp"
#include "hfssh/system/process.hpp"

// The ssh that is run may be a wrapper of the person's own, with options in front of those that it
// is given; and of an option given twice ssh takes the first.
namespace hfssh::transport {

// Is it a script, or behind a launcher? Either may add options or a configuration file.
[[nodiscard]] bool may_add_settings(const ssh::Underlying& underlying);

// Is what is run more than an ssh: a script, or one behind a launcher? Or did the first `ssh -G`
// show one of the few settings that could take the check of the host key away from us? They may
// stand in a file, which is harmless, or in a program that puts them in front. An ssh that has no
// KnownHostsCommand has no second line of defence: there it is always so.
[[nodiscard]] bool may_lose_the_check(const ssh::Underlying& underlying,
                                      const ssh::Resolved& resolved);

// QUERY is `ssh -G` with the closed configuration, HELPER the KnownHostsCommand that it sets, or
// KNOWN_HOSTS the file for an ssh without one. Throws a system::Failure unless just these are what
// ssh will act on.
void require_the_check(const system::Command& query, const std::string& helper,
                       const std::string& known_hosts);

}  // namespace hfssh::transport

#pragma once

#include "hfssh/ssh/words/command_line.hpp"
#include "so_far.hpp"

namespace hfssh::ssh {

// What the command line sets, as if VIA's words stood in front of TYPED's.
void take_command_line(const CommandLine& typed, const CommandLine& via,
                       const Destination& destination, SettingsSoFar& so_far);

}  // namespace hfssh::ssh

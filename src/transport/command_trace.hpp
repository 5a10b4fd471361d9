#pragma once

#include <string_view>

#include "hfssh/system/process.hpp"

namespace hfssh::transport {

// "WHAT ssh -F none …", quoted for a shell. A word that sets a variable for the other side
// (SetEnv) stands there without its value, which may be a token.
void trace_command(std::string_view what, const system::Command& command);

}  // namespace hfssh::transport

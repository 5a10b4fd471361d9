#pragma once

#include <functional>
#include <optional>
#include <string>

#include "hfssh/system/process.hpp"

namespace hfssh::transport {

// Asks hf.co whom it takes us for, by a connection of its own: COMMAND is `ssh -T` with the closed
// configuration. Five seconds at most, less if GIVE_UP says so, silent. None where no greeting
// came.
[[nodiscard]] std::optional<std::string> ask_account(const system::Command& command,
                                                     const std::function<bool()>& give_up);

}  // namespace hfssh::transport

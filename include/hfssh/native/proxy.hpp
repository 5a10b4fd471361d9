#pragma once

#include <variant>

#include "hfssh/native/addresses.hpp"

namespace hfssh::native {

// Runs the ProxyCommand of PLACE as ssh(1) does: "exec COMMAND" by the person's shell, a socket for
// its standard input and output, our standard error; with ProxyUseFdpass the socket that it passes
// back.
[[nodiscard]] std::variant<Stream, Unreached> start_proxy(const Place& place, Deadline deadline,
                                                          const GiveUp& give_up);

}  // namespace hfssh::native

#pragma once

#include <variant>

#include "hfssh/native/line/addresses.hpp"

namespace hfssh::native {

// Runs the ProxyCommand of PLACE as ssh(1) does: "exec COMMAND" by the user's shell, a socket for
// its standard input and output; with ProxyUseFdpass the socket that it passes back. Where it may
// not ask (Place::proxy_may_ask) it has, other than with ssh(1), no terminal and no standard error,
// and an ssh in it does not ask for a passphrase.
[[nodiscard]] std::variant<Stream, Unreached> start_proxy(const Place& place, Deadline deadline,
                                                          const GiveUp& give_up);

}  // namespace hfssh::native

#pragma once

#include <string>

#include "hfssh/native/session/order.hpp"
#include "library.hpp"

namespace hfssh::native {

// The key exchange, with modern algorithms only, less those that ORDER does not allow, and only
// with a host key of HOST_KEY_ALGORITHMS (comma separated, in order of preference). On return the
// server has proven that it has the host key LibrarySession::proven_host_key(): whose it is, is for
// the caller to judge. False where it failed, which has been said. Throws an Unusable where
// nothing can be agreed on with anybody.
[[nodiscard]] bool exchange_keys(LibrarySession& session, const Order& order,
                                 const std::string& host_key_algorithms, Deadline deadline);

}  // namespace hfssh::native

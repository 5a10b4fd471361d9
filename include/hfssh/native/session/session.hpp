#pragma once

#include "hfssh/native/line/stream.hpp"
#include "hfssh/transport/order.hpp"

namespace hfssh::native {

// ssh(1)'s own failures.
inline constexpr int own_failure = 255;

// Connects, verifies the host key, logs in, runs what ORDER asks for and passes its streams
// through. Returns the exit status as ssh(1) would: the remote command's, or that, explained.
// Throws a system::Failure if it cannot even begin, an Unusable among them.
[[nodiscard]] int run_session(const transport::Order& order);

// The same over an existing connection.
[[nodiscard]] int run_session(const transport::Order& order, Stream stream);

}  // namespace hfssh::native

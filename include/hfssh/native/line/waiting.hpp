#pragma once

#include <poll.h>

#include <vector>

#include "hfssh/native/line/addresses.hpp"

namespace hfssh::native {

enum class Waited { ready, timed_out, given_up };

// poll(2) until one of WATCHED is ready (its revents say which), DEADLINE, or GIVE_UP says yes.
[[nodiscard]] Waited wait_for(std::vector<pollfd>& watched, Deadline deadline,
                              const GiveUp& give_up);
// Of one socket.
[[nodiscard]] Waited wait_for(int socket, short events, Deadline deadline, const GiveUp& give_up);

}  // namespace hfssh::native

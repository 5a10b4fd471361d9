#pragma once

#include <chrono>
#include <string>

#include "hfssh/manage/context/surroundings.hpp"

namespace hfssh::manage {

// Throws a system::Failure, with the way to go on, if the key cannot be waited for: each use needs
// the user, and there is no terminal.
void require_wait_works(const identity::Candidate& candidate, const identity::Inventory& inventory);

// Waits until hf.co greets the key by name: asks every few seconds, or, for a key that needs the
// user each time, once when the user has pressed Enter. Returns the account; "anonymous" if LIMIT
// passed first, or hf.co does not know it yet; empty if a signal told us to end. At a terminal one
// line shows that it goes on, otherwise a line a minute. Throws a system::Failure if the host key
// is refused, or hf.co cannot be reached: at first, or several times in a row.
[[nodiscard]] std::string wait_until_known(Connection& connection,
                                           const identity::Candidate& candidate,
                                           const identity::Inventory& inventory,
                                           const Surroundings& surroundings,
                                           std::chrono::seconds limit);

}  // namespace hfssh::manage

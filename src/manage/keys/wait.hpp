#pragma once

#include <chrono>
#include <string>

#include "hfssh/manage/context/outlook.hpp"

namespace hfssh::manage {

// Throws a system::Failure where a key can't be asked about again and again: it is locked, or
// somebody would have to touch it, or agree, each time.
void require_signs_alone(const identity::Candidate& candidate,
                         const identity::Inventory& inventory);

// Asks hf.co about the key every few seconds until it greets it by name. The account;
// "anonymous" where LIMIT passed first, and empty where a signal told us to end. At a terminal one
// line shows that it goes on, else a line a minute. Throws a system::Failure where the host key is
// refused, at once, or hf.co is not reached: at first, or several times in a row.
[[nodiscard]] std::string wait_until_known(Outlook& outlook, const identity::Candidate& candidate,
                                           const Surroundings& surroundings,
                                           std::chrono::seconds limit);

}  // namespace hfssh::manage

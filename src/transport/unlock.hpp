#pragma once

#include <string>

#include "hfssh/transport/ended.hpp"
#include "hfssh/transport/facts.hpp"

// Part of the plan and of the lesson: a passphrase that was typed may hold for longer than one
// command, in the agent (hf-ssh.unlock).
namespace hfssh::transport {

// The value for AddKeysToAgent, "900"; empty if ssh is to do as the user's configuration says.
// Throws a system::Failure for a value that is no time.
[[nodiscard]] std::string unlock_time(const Facts& facts, const identity::Candidate& candidate);

// The hint to say after a connection of CANDIDATE; mostly empty. It is proposed once, when a
// passphrase was typed for the second time within an hour.
[[nodiscard]] std::string propose_unlock(const Facts& facts, const identity::Candidate& candidate,
                                         const Ended& ended);

}  // namespace hfssh::transport

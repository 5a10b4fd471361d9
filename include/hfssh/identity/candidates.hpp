#pragma once

#include <string>

#include "hfssh/identity/agent.hpp"
#include "hfssh/identity/candidate.hpp"
#include "hfssh/identity/request.hpp"

namespace hfssh::identity {

// Collects the keys to choose from: those that REQUEST names (of its settings, only the one that
// counts for this repository), SSH_DIRECTORY (~/.ssh), and the agent's answer. With IdentitiesOnly,
// as ssh(1) does, only those in named or configured files (ssh's default ones if none is
// configured), in the agent or not. Reads files, starts nothing, prints nothing.
[[nodiscard]] Inventory gather(const Request& request, const AgentAnswer& agent,
                               const std::string& ssh_directory);

}  // namespace hfssh::identity

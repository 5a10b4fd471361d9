#pragma once

#include <string>

#include "hfssh/identity/agent.hpp"
#include "hfssh/identity/candidate.hpp"
#include "hfssh/identity/request.hpp"

namespace hfssh::identity {

// Collects what there is to choose from: what REQUEST names (of its settings, only the one that
// counts for this repository), SSH_DIRECTORY (~/.ssh), and the agent's answer. Reads files, starts
// nothing, prints nothing.
[[nodiscard]] Inventory gather(const Request& request, const AgentAnswer& agent,
                               const std::string& ssh_directory);

// DSA, and RSA below 2048 bits, are never offered. Pure.
[[nodiscard]] Refusal refusal_of(const PublicKey& key);

}  // namespace hfssh::identity

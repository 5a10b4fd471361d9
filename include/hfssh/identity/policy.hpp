#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hfssh/identity/candidate.hpp"
#include "hfssh/ssh/config/resolved.hpp"

// What the user's ssh configuration says about keys in general, and why a key is not offered. Pure.
namespace hfssh::identity {

// Of `ssh -G`. Without an answer nothing is ruled out.
struct Policy {
    std::vector<std::string> accepted;  // PubkeyAcceptedAlgorithms; empty: not known
    int required_rsa_size = 0;          // RequiredRSASize, in bits (OpenSSH 9.1)
    bool identities_only = false;       // IdentitiesOnly yes
    // Is there an IdentityFile in the configuration, "none" too? If not, ssh's default files count.
    bool files_configured = false;
};
[[nodiscard]] Policy read_policy(const ssh::Resolved& resolved);

// Why this ssh would not offer CANDIDATE's key by POLICY; Refusal::none if it would.
[[nodiscard]] Refusal refusal_by(const Policy& policy, const Candidate& candidate);

// DSA, and RSA below 2048 bits, are never offered.
[[nodiscard]] Refusal refusal_of(const PublicKey& key);

// Why a key is not offered, by whatever rule: for every report and message.
struct Obstacle {
    std::string text;  // after the key's name: "can be read by others, so ssh does not use it"
    std::string fix;   // a command, or empty
};
[[nodiscard]] std::optional<Obstacle> obstacle_of(const Candidate& candidate, AgentState agent);
// The same of a private key's file. nullopt if ssh can read it.
[[nodiscard]] std::optional<Obstacle> obstacle_of(KeyForm form, const std::string& path);

// Why a key that may be in the agent cannot be used: "the ssh-agent did not answer in time".
[[nodiscard]] std::string agent_text(AgentState agent);

}  // namespace hfssh::identity

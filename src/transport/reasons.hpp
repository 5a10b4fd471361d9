#pragma once

#include <string>

#include "hfssh/transport/decision.hpp"

// The words of a decision. Pure.
namespace hfssh::transport {

// Whoever chooses: can this one be offered at all, and if not, why? `passed_over` and no words
// where it can.
[[nodiscard]] Standing fitness(const identity::Candidate& candidate);

// Why a key that could be offered is not the one, which is CHOSEN, for REASON.
struct Comparison {
    const identity::Request& request;
    const identity::Candidate& candidate;
    const std::string& account;
    const identity::Candidate& chosen;
    const std::string& chosen_account;
    const Reason& reason;
};
[[nodiscard]] std::string why_passed_over(const Comparison& comparison);

// WHO names a key: "typed with -i", "HF_SSH_IDENTITY".
[[nodiscard]] NoKey not_stored(const std::string& who, const identity::Place& place);
// CANDIDATE is not usable().
[[nodiscard]] NoKey not_usable(const std::string& who, const identity::Candidate& candidate,
                               identity::AgentState agent);
[[nodiscard]] NoKey unknown_fingerprint(const std::string& who, const std::string& fingerprint,
                                        identity::AgentState agent);
[[nodiscard]] NoKey unknown_account(const std::string& who, const std::string& account);
[[nodiscard]] NoKey no_token_key(const std::string& who, const std::string& provider);
// The ssh that is run offers ADDED besides; CHOSEN for REASON.
[[nodiscard]] NoKey overruled(const std::string& added, const identity::Candidate& chosen,
                              const Reason& reason);

}  // namespace hfssh::transport

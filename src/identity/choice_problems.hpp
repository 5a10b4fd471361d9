#pragma once

#include <string>

#include "hfssh/identity/choice.hpp"

// The words for a choice that can't be made. WHO says where the name comes from: "typed with -i".
namespace hfssh::identity {

[[nodiscard]] NoChoice not_stored(int rule, const std::string& who, const Place& place);
// A candidate that was named and is not usable().
[[nodiscard]] NoChoice not_usable(int rule, const std::string& who, const Candidate& candidate,
                                  AgentState agent);
[[nodiscard]] NoChoice unknown_fingerprint(int rule, const std::string& who,
                                           const std::string& fingerprint, AgentState agent);
[[nodiscard]] NoChoice unknown_account(int rule, const std::string& who,
                                       const std::string& account);
[[nodiscard]] NoChoice no_token_key(int rule, const std::string& who, const std::string& provider);
[[nodiscard]] NoChoice nothing_to_offer(const Inventory& inventory, const Request& request);

}  // namespace hfssh::identity

#pragma once

#include <cstddef>
#include <string>

#include "hfssh/transport/selection.hpp"

namespace hfssh::manage {

// "rule 5: its account is acme" of the chosen key; of every other, why it was passed over. Pure.
[[nodiscard]] std::string standing(const transport::Survey& survey, std::size_t index);

// The account that a key is known to belong to: "anonymous" where hf.co did not know it, empty
// where it was never asked. Pure.
[[nodiscard]] std::string known_account(const identity::Memory& memory,
                                        const identity::Candidate& candidate);

}  // namespace hfssh::manage

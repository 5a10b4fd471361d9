#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "hfssh/identity/candidate.hpp"
#include "hfssh/transport/selection.hpp"

// Several keys that hf.co is asked about.
namespace hfssh::manage {

// Why hf.co is not asked about a key; empty where it is. PERSON: somebody is here to ask. Pure.
[[nodiscard]] std::string reason_not_to_ask(const identity::Candidate& candidate,
                                            const identity::Inventory& inventory, bool person);

// Is ssh to ask somebody for what the key needs? Throws a system::Failure where it is locked, and
// nobody is here.
[[nodiscard]] bool ask_with_person(const identity::Candidate& candidate,
                                   const transport::Survey& survey);

// INDICES, of INVENTORY's candidates, in the turns in which they are asked about: the first alone,
// so that an impostor is met and explained once; then files, four at a time; then keys that an
// agent or a person signs with, one at a time. Pure.
[[nodiscard]] std::vector<std::vector<std::size_t>> turns_for(
    const std::vector<std::size_t>& indices, const identity::Inventory& inventory);

}  // namespace hfssh::manage

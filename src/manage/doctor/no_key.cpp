#include "no_key.hpp"

#include <algorithm>
#include <variant>

namespace hfssh::manage {
namespace {

using identity::AgentState;
using identity::Candidate;
using identity::NoChoice;
using identity::Refusal;

NoKey without_private_half(const identity::Inventory& inventory) {
    return inventory.agent == AgentState::none ? NoKey::as_named : NoKey::no_agent_has_it;
}

// Nobody named a key: the first that is not of a wrong type is what the message is about.
NoKey of_all(const identity::Inventory& inventory) {
    const auto& candidates = inventory.candidates;
    if (candidates.empty()) return NoKey::none_here;
    const auto first = std::ranges::find(candidates, Refusal::none, &Candidate::refusal);
    if (first == candidates.end()) return NoKey::wrong_type;
    return first->has_private ? NoKey::exposed : without_private_half(inventory);
}

}  // namespace

NoKey why_no_key(const transport::Survey& survey) {
    const auto* none = std::get_if<NoChoice>(&survey.choice);
    if (none == nullptr) return NoKey::chosen;
    switch (none->kind) {
        case NoChoice::Kind::no_key:
            return survey.request.provider.empty() ? of_all(survey.inventory) : NoKey::as_named;
        case NoChoice::Kind::exposed:
            return NoKey::exposed;
        case NoChoice::Kind::refused:
            return NoKey::wrong_type;
        case NoChoice::Kind::no_private_half:
            return without_private_half(survey.inventory);
        case NoChoice::Kind::not_there:
        case NoChoice::Kind::unreadable:
        case NoChoice::Kind::unknown_key:
        case NoChoice::Kind::unknown_account:
            break;
    }
    return NoKey::as_named;
}

}  // namespace hfssh::manage

#include "hfssh/manage/context/turns.hpp"

#include "hfssh/manage/context/asking.hpp"
#include "hfssh/manage/report/key.hpp"
#include "hfssh/system/failure.hpp"

namespace hfssh::manage {
namespace {

using identity::Candidate;

constexpr std::size_t at_a_time = 4;

}  // namespace

std::string reason_not_to_ask(const Candidate& candidate, const identity::Inventory& inventory,
                              bool person) {
    if (!candidate.usable()) return key_place(candidate);
    if (!candidate.ready()) return "it is locked: " + how_to_unlock(candidate);
    if (needs_person(candidate, inventory) && !person) return "it needs somebody at a terminal";
    return {};
}

bool ask_with_person(const Candidate& candidate, const transport::Survey& survey) {
    const bool person = needs_person(candidate, survey.inventory) && person_is_here();
    if (!candidate.ready() && !person) {
        throw system::Failure(key_name(candidate, survey.request) +
                                  " is locked, and nobody can be asked to unlock it here",
                              "give the key to the ssh-agent: " + how_to_unlock(candidate));
    }
    return person;
}

std::vector<std::vector<std::size_t>> turns_for(const std::vector<std::size_t>& indices,
                                                const identity::Inventory& inventory) {
    std::vector<std::vector<std::size_t>> turns;
    std::vector<std::size_t> singly;
    for (const std::size_t index : indices) {
        const Candidate& candidate = inventory.candidates[index];
        if (candidate.in_agent || needs_person(candidate, inventory)) {
            singly.push_back(index);
        } else if (turns.size() < 2 || turns.back().size() == at_a_time) {
            turns.push_back({index});
        } else {
            turns.back().push_back(index);
        }
    }
    for (const std::size_t index : singly)
        turns.push_back({index});
    return turns;
}

}  // namespace hfssh::manage

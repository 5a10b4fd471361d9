#include "hfssh/manage/context/standing.hpp"

#include "hfssh/identity/policy.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::manage {
namespace {

using identity::Candidate;
using identity::Chosen;
using identity::NoChoice;
using identity::Refusal;

// Whoever chooses: why can't this one be offered at all? Empty if it can.
std::string hindrance(const Candidate& candidate) {
    if (candidate.usable()) return {};
    if (candidate.refusal == Refusal::none && !candidate.has_private) {
        return "only its public half is here";
    }
    const auto obstacle = identity::obstacle_of(candidate, identity::AgentState::none);
    return obstacle ? "it " + obstacle->text : std::string();
}

std::string as_to_account(const std::string& account, const std::string& wanted) {
    if (account.empty()) return "not known to belong to " + wanted;
    if (account == "anonymous") return "hf.co did not know it";
    if (!system::equal_ignoring_case(account, wanted)) return "its account is " + account;
    return {};
}

int rank_of(const std::string& account) {
    return account.empty() ? 1 : account == "anonymous" ? 2 : 0;
}

// Both could have been chosen: which difference decided?
std::string comes_after(const Candidate& candidate, const std::string& account,
                        const Candidate& chosen, const std::string& chosen_account) {
    if (rank_of(account) > rank_of(chosen_account)) {
        return account.empty() ? "hf.co was never asked whose it is" : "hf.co did not know it";
    }
    if (chosen.ready() && !candidate.ready()) return "it has a passphrase; another key is ready";
    return "it comes later in the order of keys";
}

std::string passed_over(const transport::Survey& survey, const Candidate& candidate,
                        const Chosen& decision) {
    const identity::Request& request = survey.request;
    const Candidate& chosen = survey.inventory.candidates[decision.index];
    const std::string account = known_account(survey.memory, candidate);
    const std::string chosen_account = known_account(survey.memory, chosen);
    const std::string name_space =
        request.repository ? system::printable(request.repository->name_space) : std::string();
    const std::string later = comes_after(candidate, account, chosen, chosen_account);
    const auto of_account = [&](const std::string& wanted) {
        const std::string why = as_to_account(account, wanted);
        return why.empty() ? later : why;
    };
    switch (decision.reason.rule) {
        case 2:
            if (request.environment_account && !request.environment_identity) {
                return of_account(system::printable(*request.environment_account));
            }
            break;
        case 4:
            if (const auto* setting = identity::setting_for(request);
                setting != nullptr && setting->kind == identity::Setting::Kind::account) {
                return of_account(system::printable(setting->value));
            }
            break;
        case 5:
            return of_account(name_space);
        case 6:
            return "another key served the last push to " + name_space;
        case 7:
            return "your ssh configuration names another key";
        case 8:
            return later;
        default:
            break;
    }
    return decision.reason.rule == 4 ? "a setting names another key"
                                     : decision.reason.text + " names another key";
}

}  // namespace

std::string known_account(const identity::Memory& memory, const Candidate& candidate) {
    const auto known = memory.accounts.find(candidate.fingerprint());
    return known == memory.accounts.end() ? std::string() : known->second;
}

std::string standing(const transport::Survey& survey, std::size_t index) {
    const Candidate& candidate = survey.inventory.candidates[index];
    const auto* chosen = std::get_if<Chosen>(&survey.choice);
    if (chosen != nullptr && chosen->index == index) return chosen->reason.text;
    const std::string unfit = hindrance(candidate);
    if (!unfit.empty()) return unfit;
    if (chosen != nullptr) return passed_over(survey, candidate, *chosen);
    return "rule " + std::to_string(std::get<NoChoice>(survey.choice).rule) +
           " asks for another key";
}

}  // namespace hfssh::manage

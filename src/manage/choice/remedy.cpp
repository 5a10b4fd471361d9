#include "hfssh/manage/choice/remedy.hpp"

#include "hfssh/manage/keys/checks.hpp"
#include "hfssh/manage/report/key.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"
#include "hfssh/transport/lesson.hpp"

namespace hfssh::manage {
namespace {

using identity::Candidate;

constexpr const char* anonymous = "anonymous";

}  // namespace

const Candidate* better_key(const Connection& connection) {
    const auto& repository = connection.facts.request.repository;
    const Candidate* found = nullptr;
    for (std::size_t i = 0; i < connection.decision.keys.size(); ++i) {
        const Candidate& candidate = connection.facts.inventory.candidates[i];
        const std::string& account = connection.decision.keys[i].account;
        if (!candidate.usable() || account.empty() || account == anonymous) continue;
        if (found == nullptr ||
            (repository && system::equal_ignoring_case(account, repository->name_space))) {
            found = &candidate;
        }
    }
    return found;
}

void explain_anonymous(const Connection& connection) {
    const Candidate& chosen = connection.facts.inventory.candidates[*connection.decision.chosen];
    const identity::Request& request = connection.facts.request;
    system::say("hf.co does not know this key (it answered \"Hi anonymous\")\nkey: " +
                key_name(chosen, request) + ", " + connection.decision.reason.text);
    std::string text = "add it to your account: " + check_command("--open", chosen);
    const Candidate* better = better_key(connection);
    if (better != nullptr && connection.decision.reason.rule > 3) {  // else no setting can win
        text += "\nor use the key of " +
                system::printable(transport::known_account(connection.facts.memory, *better)) +
                ": " + transport::use_command(connection.facts, connection.decision, *better);
    }
    system::hint(text);
}

}  // namespace hfssh::manage

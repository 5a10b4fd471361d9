#include "hfssh/manage/choice/remedy.hpp"

#include "hfssh/manage/keys/checks.hpp"
#include "hfssh/manage/report/key.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"

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

std::string use_command(const Candidate& candidate,
                        const std::optional<hub::Repository>& repository) {
    const bool has_namespace = repository && !repository->name_space.empty();
    return "git hf-ssh use " + key_word(candidate) +
           (has_namespace ? " --for " + system::shell_word(repository->name_space) : "");
}

void explain_anonymous(const Connection& connection) {
    const Candidate& chosen = connection.facts.inventory.candidates[*connection.decision.chosen];
    const identity::Request& request = connection.facts.request;
    system::say("hf.co does not know this key (it answered \"Hi anonymous\")\nkey: " +
                key_name(chosen, request) + ", " + connection.decision.reason.text);
    std::string text = "add it to your account: " + check_command("--open", chosen);
    if (const Candidate* better = better_key(connection)) {
        text += "\nor use the key of " +
                system::printable(transport::known_account(connection.facts.memory, *better)) +
                ": " + use_command(*better, request.repository);
    }
    system::hint(text);
}

}  // namespace hfssh::manage

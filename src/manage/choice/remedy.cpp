#include "hfssh/manage/choice/remedy.hpp"

#include "hfssh/manage/context/standing.hpp"
#include "hfssh/manage/keys/checks.hpp"
#include "hfssh/manage/report/key.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::manage {
namespace {

using identity::Candidate;

constexpr const char* anonymous = "anonymous";

}  // namespace

const Candidate* better_key(const transport::Survey& survey) {
    const auto& repository = survey.request.repository;
    const Candidate* found = nullptr;
    for (const Candidate& candidate : survey.inventory.candidates) {
        const std::string account = known_account(survey.memory, candidate);
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

void explain_anonymous(const Outlook& outlook, const transport::Selection& selection) {
    const identity::Request& request = outlook.survey.request;
    system::say("hf.co does not know this key (it answered \"Hi anonymous\")\nkey: " +
                key_name(selection.candidate, request) + ", " + selection.reason.text);
    std::string text = "add it to your account: " + check_command("--open", selection.candidate);
    if (const Candidate* better = better_key(outlook.survey)) {
        text += "\nor use the key of " +
                system::printable(known_account(outlook.survey.memory, *better)) + ": " +
                use_command(*better, request.repository);
    }
    system::hint(text);
}

}  // namespace hfssh::manage

#include <memory>
#include <string>
#include <variant>

#include "doctor.hpp"
#include "hfssh/manage/context/asking.hpp"
#include "hfssh/manage/keys/checks.hpp"
#include "hfssh/manage/report/key.hpp"
#include "hfssh/native/line/place.hpp"
#include "hfssh/native/session/presented_keys.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"

// Whom hf.co takes the chosen key for.
namespace hfssh::manage {
namespace {

using Obstacle = HubQuestion::Obstacle;
using Result = Check::Result;

constexpr const char* name = "account";

PendingChecks at_once(Check check) {
    std::promise<Checks> promise;
    promise.set_value({std::move(check)});
    return promise.get_future();
}

// The doctor asks nobody for a passphrase or a touch.
std::string why_not_to_ask(const Outlook& outlook, const identity::Candidate& candidate) {
    const std::string key = key_name(candidate, outlook.survey.request);
    if (!candidate.ready()) return key + " is locked";
    if (needs_person(candidate, outlook.survey.inventory)) {
        return "signing with " + key + " needs a person: git hf-ssh whoami";
    }
    return {};
}

// ssh came nowhere. Does hf.co answer without it? If not, the checks of the network and of the host
// keys have the cause.
bool answers_without_ssh(const Situation& situation) {
    const Outlook& outlook = *situation.outlook;
    const auto place =
        native::place_of(outlook.request, outlook.prospect.configured, outlook.prospect.endpoint);
    if (!std::holds_alternative<native::Place>(place)) return false;
    return !native::look_at_presented_keys(std::get<native::Place>(place), situation.deadline, [&] {
                return situation.told_to_end();
            }).keys.empty();
}

Check no_answer(const Situation& situation, const HubQuestion& question) {
    if (question.obstacle() == Obstacle::refused ||
        (question.obstacle() == Obstacle::not_reached && !answers_without_ssh(situation))) {
        return skipped(name, question.why_not());
    }
    std::string found = question.why_not();
    const auto words = system::trim(question.words());
    if (!words.empty()) found += "\n" + std::string(words);
    return {name, Result::failure, found, {}, "git hf-ssh whoami"};
}

// Nobody but hf.co knows who may write where: said is what is known.
std::string what_follows(const Outlook& outlook, const std::string& account) {
    const auto& repository = outlook.prospect.remote.repository;
    if (!repository || repository->name_space.empty() ||
        system::equal_ignoring_case(repository->name_space, account)) {
        return {};
    }
    return "this repository is of " + system::printable(repository->name_space) +
           ": a push is for those to whom it gave the right to write";
}

Check judge(const Situation& situation, const HubQuestion& question, const std::string& account) {
    if (account.empty()) return no_answer(situation, question);
    const Outlook& outlook = *situation.outlook;
    const std::string key = key_name(question.candidate(), outlook.survey.request);
    if (account == "anonymous") {
        Check check = anonymous_key(question.candidate());
        check.name = name;
        check.found = key + ": " + check.found;
        return check;
    }
    return {name,
            Result::ok,
            system::printable(account) + ", by " + key,
            what_follows(outlook, account),
            {}};
}

}  // namespace

PendingChecks check_account(const Situation& situation) {
    if (!situation.outlook) return at_once(skipped(name, no_connection));
    if (!situation.offline.empty()) return at_once(skipped(name, situation.offline));
    Outlook& outlook = *situation.outlook;
    const auto* chosen = std::get_if<identity::Chosen>(&outlook.survey.choice);
    if (chosen == nullptr) return at_once(skipped(name, "no key can be offered"));
    const identity::Candidate& candidate = outlook.survey.inventory.candidates[chosen->index];
    if (const std::string reason = why_not_to_ask(outlook, candidate); !reason.empty()) {
        return at_once(skipped(name, reason));
    }
    try {
        auto question =
            std::make_shared<HubQuestion>(outlook, candidate, false, HubQuestion::Words::kept);
        return std::async(std::launch::deferred, [&situation, &outlook, question] {
            const std::string account = question->wait(outlook.prospect.memory,
                                                       *situation.surroundings, situation.deadline);
            return Checks{judge(situation, *question, account)};
        });
    } catch (const system::Failure& failure) {
        return at_once({name, Result::failure, failure.what(), {}, failure.hint()});
    }
}

}  // namespace hfssh::manage

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <variant>

#include "doctor.hpp"
#include "hfssh/hub/repository.hpp"
#include "hfssh/manage/access/question.hpp"
#include "hfssh/manage/context/asking.hpp"
#include "hfssh/manage/context/standing.hpp"
#include "hfssh/manage/keys/checks.hpp"
#include "hfssh/manage/report/key.hpp"
#include "hfssh/native/line/place.hpp"
#include "hfssh/native/session/presented_keys.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"

// Which account the key belongs to, and whether it may push to the remotes of the repository here.
// The user is never asked for a passphrase or a touch.
namespace hfssh::manage {
namespace {

using identity::Candidate;
using Obstacle = HubQuestion::Obstacle;
using Kind = AccessAnswer::Kind;
using Result = Check::Result;
using system::printable;
using Wish = AccessQuestion::Wish;

PendingChecks at_once(Checks checks) {
    std::promise<Checks> promise;
    promise.set_value(std::move(checks));
    return promise.get_future();
}

const Candidate* chosen_key(const Outlook& outlook) {
    const auto* chosen = std::get_if<identity::Chosen>(&outlook.survey.choice);
    return chosen == nullptr ? nullptr : &outlook.survey.inventory.candidates[chosen->index];
}

// What hf.co answered when it was last asked about a key; no account if it never was.
identity::Asked last_answer(const Outlook& outlook, const Candidate& key) {
    if (key.fingerprint().empty()) return {};
    return outlook.prospect.memory.asked(key.fingerprint()).value_or(identity::Asked{});
}

// "hf.co did not know this key when it was last asked, 3 days ago"
Check anonymous_as_remembered(const Candidate& key, const identity::Asked& asked) {
    Check check = anonymous_key(key);
    check.found = "hf.co did not know this key when it was last asked, " + age_text(asked.when);
    return check;
}

// the account ------------------------------------------------------------------------------------

namespace account {

constexpr const char* name = "account";

// The answer that is remembered has to do, because a new one would need the user.
Check without_asking(const Outlook& outlook, const Candidate& key) {
    const std::string shown = key_name(key, outlook.survey.request);
    const std::string why =
        key.ready() ? shown + " needs a touch or a confirmation" : shown + " is locked";
    const identity::Asked asked = last_answer(outlook, key);
    if (asked.account.empty()) return skipped(name, why + "; check it with: git hf-ssh whoami");
    if (asked.account == "anonymous") {
        Check check = anonymous_as_remembered(key, asked);
        check.name = name;
        check.found = shown + ": " + check.found;
        return check;
    }
    return {name,
            Result::ok,
            printable(asked.account) + ", by " + shown + ", as of " + age_text(asked.when),
            {},
            {}};
}

// ssh could not connect. Does hf.co answer without it? If not, the checks of the network and of the
// host keys have the cause.
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

Check judge(const Situation& situation, const HubQuestion& question, const std::string& account) {
    if (account.empty()) return no_answer(situation, question);
    const std::string key = key_name(question.candidate(), situation.outlook->survey.request);
    if (account == "anonymous") {
        Check check = anonymous_key(question.candidate());
        check.name = name;
        check.found = key + ": " + check.found;
        return check;
    }
    return {name, Result::ok, printable(account) + ", by " + key, {}, {}};
}

}  // namespace account

// the repositories -------------------------------------------------------------------------------

constexpr const char* name = "repositories";
constexpr std::size_t at_most = 4;

// A path on hf.co, and the question whether the key that would be offered for it may read it, or
// push to it; or why it was not asked.
struct Asked {
    std::string path;
    std::unique_ptr<Outlook> outlook;  // before the question, which refers to it
    std::unique_ptr<AccessQuestion> question;
    std::string why_not;

    AccessAnswer wait(const Situation& situation) const {
        if (!question) return {Kind::unknown, why_not, {}};
        return question->wait(situation.deadline, [&] { return situation.told_to_end(); });
    }
};

Asked ask(const Situation& situation, GitUrl url, const std::string& path, Wish wish) {
    Asked asked = {path, nullptr, nullptr, {}};
    url.path = path;
    try {
        asked.outlook = situation.surroundings->look_at(url);
    } catch (const system::Failure& failure) {
        asked.why_not = failure.what();
        return asked;
    }
    if (!asked.outlook) {
        asked.why_not = "it does not lead to hf.co here";
        return asked;
    }
    const transport::Survey& survey = asked.outlook->survey;
    const Candidate* key = chosen_key(*asked.outlook);
    if (key == nullptr) {
        asked.why_not = "there is no key for it";
    } else if (needs_person(*key, survey.inventory)) {
        asked.why_not = key_name(*key, survey.request) + " needs a passphrase or a touch";
    } else {
        asked.question = std::make_unique<AccessQuestion>(*asked.outlook, *key, wish, path);
    }
    return asked;
}

struct Question {
    HubRemote on_hub;
    Wish wish = Wish::read;
    Asked asked;

    [[nodiscard]] std::string all_keys() const {
        return "git hf-ssh access --all-keys " + system::shell_word(on_hub.address(asked.path));
    }
};

bool has_other_keys(const Outlook& outlook) {
    return std::ranges::count_if(outlook.survey.inventory.candidates, &Candidate::usable) > 1;
}

// hf.co does not know the key that is offered for this repository. If that is the key of the
// account's check, it is reported there.
Check unknown_key(const Situation& situation, const Question& question) {
    const Candidate& key = *chosen_key(*question.asked.outlook);
    const Candidate* first = situation.outlook ? chosen_key(*situation.outlook) : nullptr;
    const std::string shown = printable(question.asked.path);
    if (first != nullptr && first->fingerprint() == key.fingerprint()) {
        return skipped(name, shown + ": hf.co does not know the key");
    }
    Check check = anonymous_as_remembered(key, last_answer(*question.asked.outlook, key));
    check.name = name;
    check.found =
        shown + ": " + key_name(key, question.asked.outlook->survey.request) + ": " + check.found;
    return check;
}

Check read_only(const Question& question, const std::string& account, const std::string& words) {
    const std::string shown = printable(question.asked.path);
    const std::string who = account.empty() ? "your account" : printable(account);
    return {name, Result::failure, shown + ": hf.co refuses a push: " + words,
            who + " can read it, but not push to it",
            has_other_keys(*question.asked.outlook)
                ? question.all_keys()
                : "ask the owner of " + shown + " to give " + who + " write access"};
}

Check not_served(const Situation& situation, const Question& question, const std::string& words) {
    Check check = {
        name, Result::failure, printable(question.asked.path) + ": hf.co answers: " + words,
        "it does not exist, or its owner does not let your account see it", question.all_keys()};
    std::vector<Asked> others;
    for (const std::string& path : namesakes(question.asked.path))
        others.push_back(ask(situation, question.on_hub.url, path, Wish::read));
    for (const Asked& other : others) {
        if (!other.wait(situation).served()) continue;
        check.why = printable(other.path) +
                    " exists: the path of a dataset begins with datasets/, of a Space with spaces/";
        check.fix = setting_url(question.on_hub.remote, question.on_hub.address(other.path));
        break;
    }
    return check;
}

Check judge(const Situation& situation, Question& question) {
    const std::string shown = printable(question.asked.path);
    const AccessAnswer answer = question.asked.wait(situation);
    const Candidate* key = question.asked.outlook ? chosen_key(*question.asked.outlook) : nullptr;
    const std::string account =
        key == nullptr ? "" : last_answer(*question.asked.outlook, *key).account;
    if (account == "anonymous" && !answer.served()) return unknown_key(situation, question);
    if (answer.kind == Kind::unknown || answer.kind == Kind::refused) {
        return skipped(name, shown + ": " + answer.words);
    }
    const bool write = question.wish == Wish::write;
    if (answer.served()) {
        return {name,
                Result::ok,
                "your key can read " + std::string(write ? "and push to " : "") + shown,
                {},
                {}};
    }
    if (write && ask(situation, question.on_hub.url, question.asked.path, Wish::read)
                     .wait(situation)
                     .served()) {
        return read_only(question, account, answer.words);
    }
    return not_served(situation, question, answer.words);
}

std::string normal(const std::string& path) {
    const auto repository = hub::read_repository_path(path);
    return repository ? repository->path() : std::string();
}

// One for each path, whether it is pushed to, and the remote that says so.
std::vector<Question> questions_for(const std::vector<HubRemote>& remotes) {
    std::vector<Question> questions;
    for (const HubRemote& on_hub : remotes) {
        const std::string path = normal(on_hub.url.path);
        if (path.empty()) continue;
        const Wish wish = on_hub.remote.pushed ? Wish::write : Wish::read;
        const auto known = std::ranges::find_if(
            questions, [&](const Question& other) { return other.asked.path == path; });
        if (known == questions.end()) {
            if (questions.size() < at_most) {
                questions.push_back({on_hub, wish, {path, nullptr, nullptr, {}}});
            }
        } else if (wish == Wish::write && known->wish == Wish::read) {
            known->on_hub = on_hub;
            known->wish = wish;
        }
    }
    return questions;
}

}  // namespace

PendingChecks check_account(const Situation& situation) {
    using account::name;
    if (!situation.outlook) return at_once({skipped(name, no_connection)});
    if (!situation.offline.empty()) return at_once({skipped(name, situation.offline)});
    Outlook& outlook = *situation.outlook;
    const Candidate* key = chosen_key(outlook);
    if (key == nullptr) return at_once({skipped(name, "no key can be offered")});
    if (needs_person(*key, outlook.survey.inventory)) {
        return at_once({account::without_asking(outlook, *key)});
    }
    auto question = std::make_shared<HubQuestion>(outlook, *key, false, HubQuestion::Words::kept);
    return std::async(std::launch::deferred, [&situation, &outlook, question] {
        const std::string account =
            question->wait(outlook.prospect.memory, *situation.surroundings, situation.deadline);
        return Checks{account::judge(situation, *question, account)};
    });
}

PendingChecks check_repositories(const Situation& situation) {
    std::vector<Question> questions = questions_for(hub_remotes(situation));
    if (questions.empty()) return at_once({});
    if (!situation.offline.empty()) return at_once({skipped(name, situation.offline)});
    if (!situation.outlook) return at_once({skipped(name, situation.no_outlook)});
    for (Question& question : questions)
        question.asked = ask(situation, question.on_hub.url, question.asked.path, question.wish);
    return std::async(std::launch::deferred, [&situation, asked = std::move(questions)]() mutable {
        Checks checks;
        for (Question& question : asked)
            checks.push_back(judge(situation, question));
        return checks;
    });
}

}  // namespace hfssh::manage

#include <algorithm>
#include <memory>
#include <string>
#include <variant>

#include "doctor.hpp"
#include "hfssh/hub/repository.hpp"
#include "hfssh/manage/context/surroundings.hpp"
#include "hfssh/manage/keys/checks.hpp"
#include "hfssh/manage/report/key.hpp"
#include "hfssh/native/session/presented_keys.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"
#include "hfssh/transport/lesson.hpp"
#include "hfssh/transport/order.hpp"

// Which account the key belongs to, and whether it may push to the remotes of the repository here.
// The user is never asked for a passphrase or a touch.
namespace hfssh::manage {
namespace {

using identity::Candidate;
using transport::Answer;
using Kind = Answer::Kind;
using Result = Check::Result;
using system::printable;

enum class Wish { read, write };

// What hf.co does is reported, busy or not: nothing is tried again.
transport::Patience patience(const Situation& situation) {
    return {[&situation] { return situation.told_to_end(); }, situation.deadline, false};
}

// What hf.co answered when it was last asked about a key; no account if it never was.
identity::Asked last_answer(const Connection& connection, const Candidate& key) {
    if (key.fingerprint().empty()) return {};
    return connection.facts.store.asked(key.fingerprint()).value_or(identity::Asked{});
}

std::string age_of(const identity::Asked& asked) {
    using namespace std::chrono;
    return system::age_text(duration_cast<seconds>(system_clock::now() - asked.when));
}

// "hf.co did not know this key when it was last asked, 3 days ago"
Check anonymous_as_remembered(const Candidate& key, const identity::Asked& asked) {
    Check check = anonymous_key(key);
    check.found = "hf.co did not know this key when it was last asked, " + age_of(asked);
    return check;
}

// the account ------------------------------------------------------------------------------------

namespace account {

constexpr const char* name = "account";

// The answer that is remembered has to do, because a new one would need the user.
Check without_asking(const Connection& connection, const Candidate& key) {
    const std::string shown = key_name(key, connection.facts.request);
    const std::string why =
        key.ready() ? shown + " needs a touch or a confirmation" : shown + " is locked";
    const identity::Asked asked = last_answer(connection, key);
    if (asked.account.empty()) return skipped(name, why + "; check it with: git hf-ssh whoami");
    if (asked.account == "anonymous") {
        Check check = anonymous_as_remembered(key, asked);
        check.name = name;
        check.found = shown + ": " + check.found;
        return check;
    }
    return {name, Result::ok,
            printable(asked.account) + ", by " + shown + ", as of " + age_of(asked)};
}

// ssh could not connect. Does hf.co answer without it? If not, the checks of the network and of the
// host keys have the cause.
bool answers_without_ssh(const Situation& situation) {
    const Connection& connection = *situation.connection;
    const auto place = transport::place_of(connection.facts.endpoint);
    if (!std::holds_alternative<native::Place>(place)) return false;
    const auto presented =
        native::look_at_presented_keys(std::get<native::Place>(place), situation.deadline,
                                       [&] { return situation.told_to_end(); });
    return std::ranges::any_of(presented.keys, [](const auto& key) { return key.key.has_value(); });
}

Check no_answer(const Situation& situation, const Answer& answer) {
    const bool not_reached = answer.kind == Kind::unanswered && !answer.verified();
    if (answer.refused() || (not_reached && !answers_without_ssh(situation))) {
        return skipped(name, answer.words);
    }
    std::string found = answer.words;
    if (!answer.said.empty()) found += "\n" + answer.said;
    return {name, Result::failure, found, {}, "git hf-ssh whoami"};
}

Check judge(const Situation& situation, const Candidate& candidate, const Answer& answer) {
    const std::string& account = answer.account;
    if (account.empty()) return no_answer(situation, answer);
    const std::string key = key_name(candidate, situation.connection->facts.request);
    if (account == "anonymous") {
        Check check = anonymous_key(candidate);
        check.name = name;
        check.found = key + ": " + check.found;
        return check;
    }
    return {name, Result::ok, printable(account) + ", by " + key};
}

}  // namespace account

// the repositories -------------------------------------------------------------------------------

constexpr const char* name = "repositories";
constexpr std::size_t at_most = 4;

// A path on hf.co, and the question whether the key that would be offered for it may read it, or
// push to it; or why it was not asked.
struct Asked {
    std::string path;
    std::unique_ptr<Connection> connection;  // before the question, which refers to it
    std::unique_ptr<transport::Asked> question;
    std::string why_not = {};

    Answer wait(const Situation& situation) const {
        Answer answer;
        answer.words = why_not;
        if (!question) return answer;
        return question->wait(connection->facts.store, patience(situation));
    }
};

Asked ask(const Situation& situation, GitUrl url, const std::string& path, Wish wish) {
    Asked asked = {path, nullptr, nullptr};
    url.path = path;
    try {
        asked.connection = situation.surroundings->look_at(url);
    } catch (const system::Failure& failure) {
        asked.why_not = failure.what();
        return asked;
    }
    if (!asked.connection) {
        asked.why_not = "it does not lead to hf.co here";
        return asked;
    }
    const transport::Facts& facts = asked.connection->facts;
    const Candidate* key = asked.connection->chosen();
    if (key == nullptr) {
        asked.why_not = "there is no key for it";
    } else if (transport::needs_person(*key, facts.inventory)) {
        asked.why_not = key_name(*key, facts.request) + " needs a passphrase or a touch";
    } else {
        asked.question = std::make_unique<transport::Asked>(
            facts, *key,
            transport::Question{
                transport::Person::told,
                service_command(wish == Wish::read ? "git-upload-pack" : "git-receive-pack",
                                path)});
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

bool has_other_keys(const Connection& connection) {
    return std::ranges::count_if(connection.facts.inventory.candidates, &Candidate::usable) > 1;
}

// hf.co does not know the key that is offered for this repository. If that is the key of the
// account's check, it is reported there.
Check unknown_key(const Situation& situation, const Question& question) {
    const Candidate& key = *question.asked.connection->chosen();
    const Candidate* first = situation.connection ? situation.connection->chosen() : nullptr;
    const std::string shown = printable(question.asked.path);
    if (first != nullptr && first->fingerprint() == key.fingerprint()) {
        return skipped(name, shown + ": hf.co does not know the key");
    }
    Check check = anonymous_as_remembered(key, last_answer(*question.asked.connection, key));
    check.name = name;
    check.found =
        shown + ": " + key_name(key, question.asked.connection->facts.request) + ": " + check.found;
    return check;
}

Check read_only(const Question& question, const std::string& account, const std::string& words) {
    const std::string shown = printable(question.asked.path);
    const std::string who = account.empty() ? "your account" : printable(account);
    return {name, Result::failure, shown + ": hf.co refuses a push: " + words,
            who + " can read it, but not push to it",
            has_other_keys(*question.asked.connection)
                ? question.all_keys()
                : "ask the owner of " + shown + " to give " + who + " write access"};
}

Check not_served(const Situation& situation, const Question& question, const std::string& account,
                 const std::string& words) {
    const auto repository = hub::read_repository_path(question.asked.path);
    const bool owned = repository && system::equal_ignoring_case(account, repository->name_space);
    Check check = {name, Result::failure,
                   printable(question.asked.path) + ": hf.co answers: " + words,
                   "it does not exist, or its owner does not let your account see it",
                   owned ? transport::create_hint(*repository)
                   : has_other_keys(*question.asked.connection)
                       ? question.all_keys()
                       : "ask its owner to give your account access, or check the path"};
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
    const Answer answer = question.asked.wait(situation);
    const Candidate* key =
        question.asked.connection ? question.asked.connection->chosen() : nullptr;
    const std::string account =
        key == nullptr ? "" : last_answer(*question.asked.connection, *key).account;
    if (account == "anonymous" && !answer.served()) return unknown_key(situation, question);
    if (answer.kind != Kind::served && answer.kind != Kind::declined) {
        return skipped(name, shown + ": " + answer.words);
    }
    const bool write = question.wish == Wish::write;
    if (answer.served()) {
        return {name, Result::ok,
                "your key can read " + std::string(write ? "and push to " : "") + shown};
    }
    if (write && ask(situation, question.on_hub.url, question.asked.path, Wish::read)
                     .wait(situation)
                     .served()) {
        return read_only(question, account, answer.words);
    }
    return not_served(situation, question, account, answer.words);
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
                questions.push_back({on_hub, wish, {path, nullptr, nullptr}});
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
    if (!situation.connection) return at_once({skipped(name, no_connection)});
    if (!situation.offline.empty()) return at_once({skipped(name, situation.offline)});
    Connection& connection = *situation.connection;
    const Candidate* key = connection.chosen();
    if (key == nullptr) return at_once({skipped(name, "no key can be offered")});
    if (transport::needs_person(*key, connection.facts.inventory)) {
        return at_once({account::without_asking(connection, *key)});
    }
    const Candidate& candidate = *key;
    auto asked =
        std::make_shared<transport::Asked>(connection.facts, candidate, transport::Question{});
    return std::async(std::launch::deferred, [&situation, &connection, &candidate, asked] {
        const Answer answer = asked->wait(connection.facts.store, patience(situation));
        return Checks{account::judge(situation, candidate, answer)};
    });
}

PendingChecks check_repositories(const Situation& situation) {
    std::vector<Question> questions = questions_for(hub_remotes(situation));
    if (questions.empty()) return at_once({});
    if (!situation.offline.empty()) return at_once({skipped(name, situation.offline)});
    if (!situation.connection) return at_once({skipped(name, situation.why_no_connection)});
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

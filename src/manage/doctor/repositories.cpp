#include "repositories.hpp"

#include <algorithm>
#include <memory>

#include "hfssh/hub/names.hpp"
#include "hfssh/hub/repository.hpp"
#include "hfssh/manage/access/question.hpp"
#include "hfssh/manage/context/asking.hpp"
#include "hfssh/manage/report/key.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"

namespace hfssh::manage {
namespace {

using Kind = AccessAnswer::Kind;
using Result = Check::Result;
using system::printable;

constexpr const char* name = "repositories";
constexpr std::size_t at_most = 4;

// A path on hf.co, and the question whether it is served to the key that would be offered for it;
// or why it was not asked. Nobody is asked for anything.
struct Asked {
    std::string path;
    std::unique_ptr<Outlook> outlook;  // before what looks at it
    std::unique_ptr<AccessQuestion> question;
    std::string why_not;

    AccessAnswer wait(const Situation& situation) const {
        if (!question) return {AccessAnswer::Kind::unknown, why_not, {}};
        return question->wait(situation.deadline, [&] { return situation.told_to_end(); });
    }
};

Asked ask(const Situation& situation, GitUrl url, const std::string& path) {
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
    const auto* chosen = std::get_if<identity::Chosen>(&survey.choice);
    if (chosen == nullptr) {
        asked.why_not = "there is no key for it";
        return asked;
    }
    const identity::Candidate& candidate = survey.inventory.candidates[chosen->index];
    if (needs_person(candidate, survey.inventory)) {
        asked.why_not = key_name(candidate, survey.request) + " needs somebody";
        return asked;
    }
    asked.question = std::make_unique<AccessQuestion>(*asked.outlook, candidate,
                                                      AccessQuestion::Wish::read, path);
    return asked;
}

struct Question {
    HubRemote on_hub;
    Asked asked;
};

Check judge(const Situation& situation, Question& question) {
    const std::string shown = printable(question.asked.path);
    const AccessAnswer answer = question.asked.wait(situation);
    if (answer.kind == Kind::unknown || answer.kind == Kind::refused) {
        return skipped(name, shown + ": " + answer.words);
    }
    if (answer.served()) {
        return {name, Result::ok, "hf.co serves " + shown + " to your key", {}, {}};
    }
    Check check = {name, Result::failure, shown + ": hf.co says: " + answer.words,
                   "it is not there, or its owner does not let your account see it",
                   "git hf-ssh access --all-keys " +
                       system::shell_word(question.on_hub.address(question.asked.path))};
    std::vector<Asked> others;
    for (const std::string& path : namesakes(question.asked.path)) {
        others.push_back(ask(situation, question.on_hub.url, path));
    }
    for (const Asked& other : others) {
        if (!other.wait(situation).served()) continue;
        check.why = "there is " + printable(other.path) +
                    ": the path of a dataset begins with datasets/, of a Space with spaces/";
        check.fix = setting_url(question.on_hub.remote, question.on_hub.address(other.path));
        break;
    }
    return check;
}

std::string normal(const std::string& path) {
    const auto repository = hub::read_repository_path(path);
    return repository ? repository->path() : std::string();
}

}  // namespace

std::string HubRemote::address(const std::string& path) const {
    const std::string host = url.destination.substr(url.destination.rfind('@') + 1);
    if (hub::is_hub_name(host)) return "git@hf.co:" + path;
    if (!url.port) return url.destination + ":" + path;
    return "ssh://" + url.destination + ":" + *url.port + "/" + path;
}

PendingChecks ask_for_repositories(const Situation& situation, Checks first,
                                   const std::vector<HubRemote>& remotes) {
    const std::string why_not = !situation.offline.empty() ? situation.offline
                                : !situation.outlook       ? situation.no_outlook
                                                           : std::string();
    std::vector<Question> questions;
    for (const HubRemote& on_hub : remotes) {
        const std::string path = normal(on_hub.url.path);
        const bool again = std::ranges::any_of(
            questions, [&](const Question& known) { return known.asked.path == path; });
        if (path.empty() || again || questions.size() == at_most) continue;
        questions.push_back({on_hub, why_not.empty() ? ask(situation, on_hub.url, path)
                                                     : Asked{path, nullptr, nullptr, {}}});
    }
    if (!why_not.empty() && !questions.empty()) {
        questions.clear();
        first.push_back(skipped(name, why_not));
    }
    return std::async(std::launch::deferred, [&situation, checks = std::move(first),
                                              asked = std::move(questions)]() mutable {
        for (Question& question : asked)
            checks.push_back(judge(situation, question));
        return checks;
    });
}

}  // namespace hfssh::manage

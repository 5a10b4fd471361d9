#include "hfssh/manage/doctor_repositories.hpp"

#include <algorithm>
#include <memory>

#include "hfssh/hub/repository.hpp"
#include "hfssh/manage/repository_question.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"

namespace hfssh::manage {
namespace {

using Answer = RepositoryQuestion::Answer;
using Result = Check::Result;
using system::printable;

constexpr const char* name = "repositories";
constexpr std::size_t at_most = 4;

// A path on hf.co, and the question whether it is served; or why it was not asked.
struct Asked {
    std::string path;
    std::unique_ptr<RepositoryQuestion> question;
    std::string why_not;

    Answer wait(const Situation& situation) {
        if (!question) return {Answer::Kind::unknown, why_not};
        return question->wait(situation);
    }
};

Asked ask(const Situation& situation, GitUrl url, const std::string& path) {
    Asked asked = {path, nullptr, {}};
    url.path = path;
    try {
        auto outlook = situation.surroundings->look_at(url);
        if (outlook) asked.question = std::make_unique<RepositoryQuestion>(std::move(outlook));
        if (!asked.question) asked.why_not = "it does not lead to hf.co here";
    } catch (const system::Failure& failure) {
        asked.why_not = failure.what();
    }
    return asked;
}

// The same name as a dataset and as a Space, where it was written as a model's.
std::vector<std::string> namesakes(const std::string& path) {
    const auto repository = hub::read_repository_path(path);
    if (!repository || !repository->type.empty()) return {};
    return {"datasets/" + repository->path(), "spaces/" + repository->path()};
}

struct Question {
    HubRemote on_hub;
    Asked asked;
};

Check judge(const Situation& situation, Question& question) {
    const std::string shown = printable(question.asked.path);
    const Answer answer = question.asked.wait(situation);
    if (answer.kind == Answer::Kind::unknown) return skipped(name, shown + ": " + answer.words);
    if (answer.kind == Answer::Kind::served) {
        return {name, Result::ok, "hf.co serves " + shown + " to your key", {}, {}};
    }
    Check check = {name, Result::failure, shown + ": hf.co says: " + answer.words,
                   "it is not there, or its owner does not let your account see it",
                   "git hf-ssh access --all-keys " +
                       printable(system::shell_quote("git@hf.co:" + question.asked.path))};
    std::vector<Asked> others;
    for (const std::string& path : namesakes(question.asked.path)) {
        others.push_back(ask(situation, question.on_hub.url, path));
    }
    for (Asked& other : others) {
        if (other.wait(situation).kind != Answer::Kind::served) continue;
        check.means = "there is " + printable(other.path) +
                      ": the path of a dataset begins with datasets/, of a Space with spaces/";
        check.mend = setting_url(question.on_hub.remote, "git@hf.co:" + other.path);
        break;
    }
    return check;
}

std::string normal(const std::string& path) {
    const auto repository = hub::read_repository_path(path);
    return repository ? repository->path() : std::string();
}

}  // namespace

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
                                                     : Asked{path, nullptr, {}}});
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

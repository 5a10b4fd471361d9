#include <algorithm>
#include <memory>

#include "hfssh/manage/choice/remedy.hpp"
#include "hfssh/manage/command/verb.hpp"
#include "hfssh/manage/context/asking.hpp"
#include "hfssh/manage/context/turns.hpp"
#include "hfssh/manage/keys/checks.hpp"
#include "hfssh/manage/report/key.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"

namespace hfssh::manage {
namespace {

using identity::Candidate;
using system::Failure;

constexpr const char* anonymous = "anonymous";

Status one(Surroundings& surroundings, Outlook& outlook, Report& report) {
    const transport::Selection selection = transport::selection_of(outlook.survey);
    const Candidate& candidate = selection.candidate;
    const identity::Request& request = outlook.survey.request;
    HubQuestion question(outlook, candidate, ask_with_person(candidate, outlook.survey));
    const std::string account = question.wait(outlook.prospect.memory, surroundings);
    if (account.empty()) {
        const bool offline = question.obstacle() == HubQuestion::Obstacle::not_reached;
        throw Failure(question.why_not() + " (key: " + key_name(candidate, request) + ", " +
                          selection.reason.text + ")",
                      offline ? "to see why: git hf-ssh doctor" : "");
    }
    Record& record = report.whole();
    const bool known = account != anonymous;
    record.heading(system::printable(account), known ? Tone::good : Tone::bad);
    record.json("account", account).json("anonymous", !known);
    record.add({"key", "key", key_json(candidate, request, account), key_name(candidate, request),
                Tone::plain});
    if (candidate.key) record.text("fingerprint", candidate.fingerprint());
    record.add({"reason",
                "because",
                {{"rule", selection.reason.rule}, {"text", selection.reason.text}},
                selection.reason.text + " (rule " + std::to_string(selection.reason.rule) + ")",
                Tone::plain});
    const auto& repository = outlook.prospect.remote.repository;
    record.add({"repository", repository ? "for" : "",
                repository ? Json(repository->path()) : Json(),
                repository ? system::printable(repository->path()) : "", Tone::plain});
    if (!known) explain_anonymous(outlook, selection);
    return known ? Status::yes : Status::no;
}

// What came of each key, in the order of the candidates.
struct Answer {
    std::string account;
    std::string why_not;
    bool asked = false;
};

class Round {
  public:
    Round(Surroundings& surroundings, Outlook& outlook)
        : surroundings_(surroundings),
          outlook_(outlook),
          candidates_(outlook.survey.inventory.candidates),
          answers_(candidates_.size()) {}

    std::vector<Answer> run() {
        const identity::Inventory& inventory = outlook_.survey.inventory;
        const bool person = person_is_here();
        std::vector<std::size_t> asked;
        for (std::size_t i = 0; i < candidates_.size(); ++i) {
            answers_[i].why_not = reason_not_to_ask(candidates_[i], inventory, person);
            if (person && is_only_one(candidates_[i])) answers_[i].why_not.clear();
            if (answers_[i].why_not.empty()) asked.push_back(i);
        }
        for (const std::vector<std::size_t>& turn : turns_for(asked, inventory)) {
            ask(turn, needs_person(candidates_[turn.front()], inventory));
        }
        return std::move(answers_);
    }

  private:
    // A single key is worth the question for its passphrase.
    [[nodiscard]] bool is_only_one(const Candidate& candidate) const {
        return candidate.usable() && std::ranges::count_if(candidates_, &Candidate::usable) == 1;
    }

    void ask(const std::vector<std::size_t>& indices, bool person) {
        std::vector<std::unique_ptr<HubQuestion>> questions;
        for (const std::size_t index : indices) {
            questions.push_back(
                std::make_unique<HubQuestion>(outlook_, candidates_[index], person));
        }
        for (std::size_t i = 0; i < indices.size(); ++i) {
            Answer& answer = answers_[indices[i]];
            answer.asked = true;
            answer.account = questions[i]->wait(outlook_.prospect.memory, surroundings_);
            answer.why_not = questions[i]->why_not();
            if (questions[i]->refused()) throw Failure(answer.why_not);
        }
    }

    Surroundings& surroundings_;
    Outlook& outlook_;
    const std::vector<Candidate>& candidates_;
    std::vector<Answer> answers_;
};

// Why hf.co greeted none of the keys, and the next step.
Failure none_told(const identity::Inventory& inventory, const std::vector<Answer>& answers) {
    const auto asked = std::ranges::find(answers, true, &Answer::asked);
    if (asked != answers.end()) return Failure(asked->why_not, "to see why: git hf-ssh doctor");
    const auto usable = std::ranges::find_if(inventory.candidates, &Candidate::usable);
    if (usable == inventory.candidates.end()) {
        return Failure("none of the keys here can be used", "to see why: git hf-ssh keys check");
    }
    const KeyJudgement judgement = judge_key(*usable, inventory);
    const bool locked = !judgement.findings.empty() && !judgement.findings.front().fix.empty();
    return Failure(
        "no key could be checked: each needs a passphrase",
        locked ? "to unlock one: " + judgement.findings.front().fix + " && git hf-ssh whoami --all"
               : "");
}

Status every(Surroundings& surroundings, Outlook& outlook, Report& report) {
    const std::vector<Candidate>& candidates = outlook.survey.inventory.candidates;
    const std::vector<Answer> answers = Round(surroundings, outlook).run();
    report.empty_list("keys");
    bool known = false;
    bool told = false;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        const Answer& answer = answers[i];
        const bool is_known = !answer.account.empty() && answer.account != anonymous;
        known = known || is_known;
        told = told || !answer.account.empty();
        Record& record = report.add("keys");
        record.heading(key_name(candidates[i], outlook.survey.request));
        const Json key = key_json(candidates[i], outlook.survey.request, answer.account);
        for (const auto& [name, value] : key.items())
            record.json(name, value);
        record.json("asked", answer.asked);
        record.json("problem", answer.why_not.empty() ? Json() : Json(answer.why_not));
        if (candidates[i].key) record.text("fingerprint", candidates[i].fingerprint());
        record.text("account",
                    !answer.account.empty() ? account_text(answer.account)
                    : answer.asked          ? "no answer: " + answer.why_not
                                            : "not asked: " + answer.why_not,
                    is_known ? Tone::good : Tone::bad);
    }
    if (candidates.empty()) throw Failure("no SSH key found", "make one: git hf-ssh keys new");
    if (!told) throw none_told(outlook.survey.inventory, answers);
    return known ? Status::yes : Status::no;
}

}  // namespace

Action whoami(Options& options) {
    const auto all = std::make_shared<bool>(false);
    options.flag("--all", *all, "every usable key, not just the selected one");
    return [all](Report& report) {
        Surroundings surroundings;
        const auto outlook = surroundings.look_here();
        if (!outlook) throw Failure("git@hf.co does not lead to hf.co here");
        warn_unless_registered(surroundings.registration());
        return *all ? every(surroundings, *outlook, report) : one(surroundings, *outlook, report);
    };
}

}  // namespace hfssh::manage

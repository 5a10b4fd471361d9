#include <algorithm>
#include <memory>

#include "hfssh/manage/asking.hpp"
#include "hfssh/manage/key_check.hpp"
#include "hfssh/manage/key_report.hpp"
#include "hfssh/manage/standing.hpp"
#include "hfssh/manage/verb.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"

namespace hfssh::manage {
namespace {

using identity::Candidate;
using system::Failure;

constexpr const char* anonymous = "anonymous";
constexpr std::size_t at_a_time = 4;

// Another key here that hf.co knows, best one of the namespace.
const Candidate* better_key(const transport::Survey& survey) {
    const auto& repository = survey.request.repository;
    const Candidate* found = nullptr;
    for (const Candidate& candidate : survey.inventory.candidates) {
        const std::string account = known_account(survey.memory, candidate);
        if (!candidate.usable() || account.empty() || account == anonymous) continue;
        if (found == nullptr || (repository && account == repository->name_space)) {
            found = &candidate;
        }
    }
    return found;
}

void explain_anonymous(const Outlook& outlook, const transport::Selection& selection) {
    const identity::Request& request = outlook.survey.request;
    system::say("hf.co does not know this key (it answered \"Hi anonymous\")\nkey: " +
                key_name(selection.candidate, request) + ", " + selection.reason.text);
    std::string text = "add it to your account: " + check_command("--open", selection.candidate);
    if (const Candidate* better = better_key(outlook.survey)) {
        const auto& repository = request.repository;
        text += "\nor use the key of " +
                system::printable(known_account(outlook.survey.memory, *better)) +
                ": git hf-ssh use " + key_word(*better) +
                (repository && !repository->name_space.empty()
                     ? " --for " + system::shell_quote(repository->name_space)
                     : "");
    }
    system::hint(text);
}

Status one(Surroundings& surroundings, Outlook& outlook, Report& report) {
    const transport::Selection selection = transport::selection_of(outlook.survey);
    const Candidate& candidate = selection.candidate;
    const identity::Request& request = outlook.survey.request;
    const bool person = needs_person(candidate, outlook.survey.inventory) && person_is_here();
    if (!candidate.ready() && !person) {
        throw Failure(
            key_name(candidate, request) + " is locked, and nobody can be asked to unlock it here",
            "give the key to the ssh-agent: " + how_to_unlock(candidate));
    }
    HubQuestion question(outlook, candidate, person);
    const std::string account = question.wait(outlook.prospect.memory, surroundings);
    if (account.empty()) {
        throw Failure(question.why_not() + " (key: " + key_name(candidate, request) + ", " +
                      selection.reason.text + ")");
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

// Why a key is not asked about; empty if it is.
std::string reason_not_to_ask(const Candidate& candidate, const identity::Inventory& inventory,
                              bool person) {
    if (!candidate.usable()) return key_place(candidate);
    if (!candidate.ready()) return "it is locked: " + how_to_unlock(candidate);
    if (needs_person(candidate, inventory) && !person) return "it needs somebody at a terminal";
    return {};
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

    // The first alone, so that an impostor is met and explained once; then files together, and
    // keys that an agent or a person signs with one at a time.
    std::vector<Answer> run() {
        const identity::Inventory& inventory = outlook_.survey.inventory;
        const bool person = person_is_here();
        std::vector<std::size_t> together;
        std::vector<std::size_t> singly;
        for (std::size_t i = 0; i < candidates_.size(); ++i) {
            const Candidate& candidate = candidates_[i];
            answers_[i].why_not = reason_not_to_ask(candidate, inventory, person);
            if (!answers_[i].why_not.empty()) continue;
            (candidate.in_agent || needs_person(candidate, inventory) ? singly : together)
                .push_back(i);
        }
        if (!together.empty()) {
            ask({together.front()}, false);
            together.erase(together.begin());
        }
        while (!together.empty()) {
            const auto end = together.begin() +
                             static_cast<std::ptrdiff_t>(std::min(at_a_time, together.size()));
            ask({together.begin(), end}, false);
            together.erase(together.begin(), end);
        }
        for (const std::size_t index : singly) {
            ask({index}, needs_person(candidates_[index], inventory));
        }
        return std::move(answers_);
    }

  private:
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
    if (candidates.empty())
        throw Failure("there is no SSH key here", "make one: git hf-ssh keys new");
    if (!told) throw Failure("hf.co was asked about none of the keys, or gave no answer");
    return known ? Status::yes : Status::no;
}

}  // namespace

Action whoami(Options& options) {
    const auto all = std::make_shared<bool>(false);
    options.flag("--all", *all, "each key that is ready, not the chosen one alone");
    return [all](Report& report) {
        Surroundings surroundings;
        const auto outlook = surroundings.look_here();
        if (!outlook) throw Failure("git@hf.co does not lead to hf.co here");
        warn_unless_registered(surroundings.registration());
        return *all ? every(surroundings, *outlook, report) : one(surroundings, *outlook, report);
    };
}

}  // namespace hfssh::manage

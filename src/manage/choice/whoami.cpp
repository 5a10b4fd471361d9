#include <algorithm>

#include "hfssh/manage/choice/remedy.hpp"
#include "hfssh/manage/command/options.hpp"
#include "hfssh/manage/context/surroundings.hpp"
#include "hfssh/manage/keys/checks.hpp"
#include "hfssh/manage/report/key.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"
#include "hfssh/transport/lesson.hpp"

namespace hfssh::manage {
namespace {

using identity::Candidate;
using system::Failure;

Status one(Surroundings& surroundings, Connection& connection, Report& report) {
    const Candidate& candidate = transport::chosen_key(connection.facts, connection.decision);
    const transport::Reason& reason = connection.decision.reason;
    const identity::Request& request = connection.facts.request;
    const transport::Answer answer =
        ask_account(connection, candidate, person_for(candidate, connection.facts), surroundings);
    const std::string& account = answer.account;
    if (account.empty()) {
        throw Failure(
            answer.words + " (key: " + key_name(candidate, request) + ", " + reason.text + ")",
            answer.next_step(), answer.code());
    }
    Record& record = report.whole();
    const bool known = account != anonymous;
    record.heading(system::printable(account), known ? Tone::good : Tone::bad);
    record.json("account", account).json("anonymous", !known);
    record.add({"key", "key", key_json(candidate, request, account), key_name(candidate, request)});
    if (candidate.key) record.text("fingerprint", candidate.fingerprint());
    record.add({"reason", "because", reason_json(reason), reason_text(reason)});
    const auto& repository = connection.facts.remote.repository;
    record.add({"repository", repository ? "for" : "",
                repository ? Json(repository->path()) : Json(),
                repository ? system::printable(repository->path()) : ""});
    print_so_far(report);  // the next step comes last
    if (!known) explain_anonymous(connection);
    return known ? Status::yes : Status::no;
}

// What came of each key, in the order of the candidates.
struct Outcome {
    std::string account;
    std::string why_not;
    bool asked = false;
    std::string next_step = {};
    system::Code code = system::Code::no_connection;
};

std::vector<Outcome> ask_all(Surroundings& surroundings, Connection& connection) {
    const std::vector<Candidate>& candidates = connection.facts.inventory.candidates;
    const bool person = passphrase_can_be_asked();
    std::vector<Outcome> outcomes(candidates.size());
    std::vector<std::size_t> asked;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        outcomes[i].why_not = reason_not_to_ask(candidates[i], connection.facts, person);
        // A single key is worth the question for its passphrase.
        const bool only =
            candidates[i].usable() && std::ranges::count_if(candidates, &Candidate::usable) == 1;
        if (person && only) outcomes[i].why_not.clear();
        if (outcomes[i].why_not.empty()) asked.push_back(i);
    }
    ask_about(
        connection, asked, {}, {[&] { return surroundings.told_to_end(); }},
        [&](std::size_t key, const transport::Answer& answer) {
            outcomes[key] = {answer.account, answer.words, true, answer.next_step(), answer.code()};
            if (answer.account.empty()) show_lines(answer.said);
            if (answer.refused()) throw Failure(answer.words, answer.next_step(), answer.code());
            return true;
        });
    return outcomes;
}

// Why hf.co greeted none of the keys, and the next step.
Failure none_told(const identity::Inventory& inventory, const std::vector<Outcome>& answers) {
    const auto asked = std::ranges::find(answers, true, &Outcome::asked);
    if (asked != answers.end()) return Failure(asked->why_not, asked->next_step, asked->code);
    const auto usable = std::ranges::find_if(inventory.candidates, &Candidate::usable);
    if (usable == inventory.candidates.end()) {
        return Failure("none of the keys here can be used", "to see why: git hf-ssh keys check",
                       system::Code::no_key);
    }
    const KeyJudgement judgement = judge_key(*usable, inventory);
    const bool locked = !judgement.findings.empty() && !judgement.findings.front().fix.empty();
    return Failure(
        "no key could be checked: each needs a passphrase",
        locked ? "to unlock one: " + judgement.findings.front().fix + " && git hf-ssh whoami --all"
               : "",
        system::Code::key_locked);
}

Status every(Surroundings& surroundings, Connection& connection, bool verbose, Report& report) {
    const std::vector<Candidate>& candidates = connection.facts.inventory.candidates;
    const std::vector<Outcome> answers = ask_all(surroundings, connection);
    report.empty_list("keys");
    bool known = false;
    bool told = false;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        const Outcome& answer = answers[i];
        const bool is_known = !answer.account.empty() && answer.account != anonymous;
        known = known || is_known;
        told = told || !answer.account.empty();
        Record& record = report.add("keys");
        record.members(key_json(candidates[i], connection.facts.request, answer.account));
        record.json("asked", answer.asked);
        record.json("problem", or_null(answer.why_not));
        if (!verbose) {
            const bool unlike_its_state = answer.asked || candidates[i].ready();
            const bool why = answer.account.empty() && unlike_its_state;
            key_row(candidates[i], connection.facts.request, answer.account,
                    why ? answer.why_not : key_state(candidates[i]), record);
            continue;
        }
        record.heading(key_name(candidates[i], connection.facts.request));
        if (candidates[i].key) record.text("fingerprint", candidates[i].fingerprint());
        record.text("account",
                    !answer.account.empty() ? account_text(answer.account)
                    : answer.asked          ? "no answer: " + answer.why_not
                                            : "not asked: " + answer.why_not,
                    is_known ? Tone::good : Tone::bad);
    }
    if (candidates.empty()) {
        const transport::NoKey& none = connection.decision.none;
        throw Failure(none.message, none.hint, system::Code::no_key);
    }
    const auto locked = std::ranges::find_if(candidates, [](const Candidate& candidate) {
        return candidate.usable() && !candidate.ready();
    });
    if (told && locked != candidates.end() && !answers[locked - candidates.begin()].asked) {
        report.afterwards([unlock = how_to_unlock(*locked, connection.facts.inventory.agent)] {
            system::hint("to ask about a locked key, too: " + unlock +
                         " && git hf-ssh whoami --all");
        });
    }
    const auto stranger = std::ranges::find(answers, anonymous, &Outcome::account);
    if (told && !known && stranger != answers.end()) {
        report.afterwards([add = check_command("--open", candidates[stranger - answers.begin()])] {
            system::hint("add it to your account: " + add);
        });
    }
    if (!told) throw none_told(connection.facts.inventory, answers);
    return known ? Status::yes : Status::no;
}

}  // namespace

Action whoami(Options& options) {
    const bool& all = options.flag("--all", "every usable key, not just the selected one");
    const bool& verbose = options.flag("-v,--verbose", "with --all: all that is known of each key");
    return [&](Report& report) {
        Surroundings surroundings;
        const auto connection = surroundings.look_here();
        warn_unless_registered(surroundings.registration());
        return all ? every(surroundings, *connection, verbose, report)
                   : one(surroundings, *connection, report);
    };
}

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

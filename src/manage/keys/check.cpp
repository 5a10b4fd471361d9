#include <algorithm>
#include <memory>

#include "handing.hpp"
#include "hfssh/manage/command/seconds_word.hpp"
#include "hfssh/manage/command/verb.hpp"
#include "hfssh/manage/context/asking.hpp"
#include "hfssh/manage/context/standing.hpp"
#include "hfssh/manage/keys/checks.hpp"
#include "hfssh/manage/keys/view.hpp"
#include "hfssh/manage/report/key.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "wait.hpp"

namespace hfssh::manage {
namespace {

using identity::Candidate;
using system::Failure;

struct Wish {
    std::optional<std::string> identity;
    bool offline = false;
    bool copy = false;
    bool open = false;
    bool wait = false;
    std::optional<std::string> timeout;
};

constexpr const char* anonymous = "anonymous";

std::string_view name_of(Check::Result result) {
    switch (result) {
        case Check::Result::ok:
            return "ok";
        case Check::Result::warning:
            return "warning";
        case Check::Result::failure:
            return "failure";
        case Check::Result::skipped:
            return "skipped";
    }
    return {};
}

void add_findings(const Checks& findings, Report& report) {
    const auto worst = std::ranges::find(findings, Check::Result::failure, &Check::result);
    report.whole().json("problem", worst == findings.end() ? Json() : Json(worst->name));
    report.empty_list("findings");
    for (const Check& check : findings) {
        Record& record = report.add("findings");
        record.heading(check.name,
                       check.result == Check::Result::failure ? Tone::bad : Tone::strong);
        record.json("name", check.name);
        record.add("result", "result", std::string(name_of(check.result)));
        record.add("found", "found", check.found);
        record.add("why", check.why.empty() ? "" : "why", check.why);
        record.add(
            {"fix", check.fix.empty() ? "" : "fix", check.fix, check.fix, Tone::plain, true});
    }
}

// Without a key: why there is none.
Status no_key(const Check& check, Report& report) {
    report.whole().json("key", {}).json("public_key", {}).json("reason", {});
    report.whole().json("usable", false).json("ready", false);
    report.whole().json("account", {}).json("asked", false);
    add_findings({check}, report);
    return Status::no;
}

// One key, and what is asked of it.
class KeyTest {
  public:
    KeyTest(const Wish& wish, Surroundings& surroundings, Outlook& outlook, const KeyView& view,
            const Candidate& candidate, const identity::Reason* reason)
        : wish_(wish),
          surroundings_(surroundings),
          outlook_(outlook),
          view_(view),
          candidate_(candidate),
          reason_(reason),
          judgement_(judge_key(candidate, view.inventory)) {}

    Status run(std::chrono::seconds limit, Report& report) {
        std::string account = known_account(view_.memory, candidate_);
        const bool asks = judgement_.usable && !wish_.offline;
        if (wish_.wait && asks) require_signs_alone(candidate_, view_.inventory);
        const bool answered = asks && ask(account);
        if (answered && account == anonymous) {
            hand_over(candidate_, {true, wish_.copy || wish_.open, wish_.open}, surroundings_,
                      report.whole());
            if (wish_.wait && !surroundings_.told_to_end()) {
                account = wait_until_known(outlook_, candidate_, surroundings_, limit);
            }
        } else if (answered && wish_.open) {
            system::say("hf.co knows this key already, so nothing is opened");
        }
        describe(account, report);
        report.whole().json("asked", answered);
        if (account == anonymous) judgement_.findings.push_back(anonymous_key(candidate_));
        add_findings(judgement_.findings, report);
        return verdict(account, answered);
    }

  private:
    [[nodiscard]] Status verdict(const std::string& account, bool answered) const {
        if (!judgement_.usable) return Status::no;
        if (wish_.offline) return account == anonymous ? Status::no : Status::yes;
        return answered && account != anonymous ? Status::yes : Status::no;
    }

    // True where hf.co answered; false where nobody can be asked for the passphrase.
    bool ask(std::string& account) {
        const bool person = needs_person(candidate_, view_.inventory) && person_is_here();
        if (!judgement_.ready && !person) {
            system::say(
                "hf.co was not asked: the key is locked, and nobody can be asked to unlock "
                "it here");
            return false;
        }
        HubQuestion question(outlook_, candidate_, person);
        account = question.wait(outlook_.prospect.memory, surroundings_);
        if (account.empty()) {
            throw Failure(question.why_not() + " (key: " + key_name(candidate_, view_.request) +
                          ")");
        }
        return true;
    }

    void describe(const std::string& account, Report& report) const {
        Record& record = report.whole();
        record.heading(key_name(candidate_, view_.request));
        record.json("key", key_json(candidate_, view_.request, account));
        record.json("public_key", candidate_.key ? Json(public_line(candidate_)) : Json());
        record.text("type", key_type(candidate_));
        if (candidate_.key) record.text("fingerprint", candidate_.fingerprint());
        if (!candidate_.comment.empty())
            record.text("comment", system::printable(candidate_.comment));
        record.text("where", key_place(candidate_), judgement_.usable ? Tone::plain : Tone::bad);
        Json reason;
        if (reason_ != nullptr) {
            reason = {{"rule", reason_->rule}, {"text", reason_->text}};
            record.text("because", reason_->text + " (rule " + std::to_string(reason_->rule) + ")");
        }
        record.json("reason", reason).json("usable", judgement_.usable);
        record.json("ready", judgement_.ready);
        record.add({"account", "account", account_json(account), account_text(account),
                    account.empty()        ? Tone::faint
                    : account == anonymous ? Tone::bad
                                           : Tone::good});
    }

    const Wish& wish_;
    Surroundings& surroundings_;
    Outlook& outlook_;
    const KeyView& view_;
    const Candidate& candidate_;
    const identity::Reason* reason_;  // of the choice; null for a key that was named
    KeyJudgement judgement_;
};

Status check(const Wish& wish, Report& report) {
    if (wish.offline && (wish.copy || wish.open || wish.wait)) {
        throw UsageError{
            "--offline goes without --copy, --open and --wait, which follow hf.co's answer"};
    }
    const std::chrono::seconds limit = read_wait_limit(wish.timeout, wish.wait);
    std::optional<KeyWord> word;
    if (wish.identity) word = read_key_word(*wish.identity);
    Surroundings surroundings;
    const auto outlook = surroundings.look_here();
    if (!outlook) throw Failure("git@hf.co does not lead to hf.co here");
    warn_unless_registered(surroundings.registration());
    if (word) {
        const KeyView view = view_keys(*outlook, word->path);
        const auto found = find_key(view, *word);
        if (const auto* missing = std::get_if<Check>(&found)) return no_key(*missing, report);
        const Candidate& candidate = view.inventory.candidates[std::get<std::size_t>(found)];
        return KeyTest(wish, surroundings, *outlook, view, candidate, nullptr).run(limit, report);
    }
    const transport::Survey& survey = outlook->survey;
    const KeyView view{survey.request, survey.inventory, survey.memory};
    const auto& candidates = view.inventory.candidates;
    if (const auto* chosen = std::get_if<identity::Chosen>(&survey.choice)) {
        return KeyTest(wish, surroundings, *outlook, view, candidates[chosen->index],
                       &chosen->reason)
            .run(limit, report);
    }
    const auto& choice = std::get<identity::NoChoice>(survey.choice);
    // The only key there is, though it can't be chosen, is the one that is meant.
    if (choice.kind == identity::NoChoice::Kind::no_key && candidates.size() == 1) {
        return KeyTest(wish, surroundings, *outlook, view, candidates.front(), nullptr)
            .run(limit, report);
    }
    return no_key(check_choice(choice), report);
}

}  // namespace

Action keys_check(Options& options) {
    const auto wish = std::make_shared<Wish>();
    options.argument("IDENTITY", wish->identity, false,
                     "a key's file, or its SHA256: fingerprint; the\n"
                     "one that is chosen here");
    options.flag("--offline", wish->offline, "without asking hf.co");
    options.flag("--copy", wish->copy, "a public key that hf.co does not know to the\nclipboard");
    options.flag("--open", wish->open, "that, and open the page where it is added");
    options.flag("--wait", wish->wait, "wait until hf.co knows it");
    options.option("--timeout", "SECONDS", wish->timeout, "how long to wait; 600");
    return [wish](Report& report) { return check(*wish, report); };
}

}  // namespace hfssh::manage


#include <algorithm>

#include "hfssh/manage/command/options.hpp"
#include "hfssh/manage/context/surroundings.hpp"
#include "hfssh/manage/keys/checks.hpp"
#include "hfssh/manage/report/key.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "keys.hpp"

// `git hf-ssh keys check`: can this key be used, and does hf.co know it?
namespace hfssh::manage {
namespace {

using identity::Candidate;
using system::Failure;

struct Wish {
    const std::optional<std::string>& identity;
    const bool& offline;
    const bool& copy;
    const bool& open;
    const bool& wait;
    const std::optional<std::string>& timeout;
    const bool& verbose;
};

// Problems in full, and with VERBOSE the rest; then the fix to start with.
void add_findings(const Checks& findings, bool verbose, Report& report) {
    const auto worst = std::ranges::find(findings, Check::Result::failure, &Check::result);
    report.whole().json("problem", worst == findings.end() ? Json() : Json(worst->name));
    report.empty_list("findings");
    for (const Check& check : findings) {
        const bool shown = verbose || is_problem(check);
        describe(check, shown ? check.name : "", check.found, 0, report.add("findings"));
    }
    start_with(findings, report.last());
}

// Without a key: why there is none.
Status no_key(const Check& check, bool verbose, Report& report) {
    report.whole().json("key", {}).json("public_key", {}).json("reason", {});
    report.whole().json("usable", false).json("ready", false);
    report.whole().json("account", {}).json("asked", false);
    add_findings({check}, verbose, report);
    return Status::no;
}

// One key, checked here and with hf.co.
class KeyTest {
  public:
    KeyTest(const Wish& wish, Surroundings& surroundings, Connection& connection,
            const KeyView& view, const Candidate& candidate, const transport::Reason* reason)
        : wish_(wish),
          surroundings_(surroundings),
          connection_(connection),
          view_(view),
          candidate_(candidate),
          reason_(reason),
          judgement_(judge_key(candidate, view.inventory)) {}

    Status run(std::chrono::seconds limit, Report& report) {
        std::string account = transport::known_account(view_.memory, candidate_);
        const bool asks = judgement_.usable && !wish_.offline;
        const bool person = transport::needs_person(candidate_, view_.inventory);
        if (wish_.wait && asks) require_wait_works(candidate_, view_.inventory);
        // A key that needs the user is asked about once, when it has been added.
        const bool waits = wish_.wait && asks && person;
        bool answered = !waits && asks && ask(account);
        if (waits || (answered && account == anonymous)) {
            hand_over(candidate_, {true, wish_.copy || wish_.open, wish_.open}, surroundings_,
                      report.whole());
            if (wish_.wait && !surroundings_.told_to_end()) {
                account = wait_until_known(connection_, candidate_, view_.inventory, surroundings_,
                                           limit);
                answered = answered || !account.empty();
            }
        } else if (answered && wish_.open) {
            system::say("hf.co already knows this key; not opening the page");
        }
        if (account == anonymous) {
            judgement_.findings.push_back(anonymous_key(candidate_));
            // The page is open already.
            if (wish_.open) judgement_.findings.back().fix = check_command("--wait", candidate_);
        }
        describe_key(account, answered, report);
        add_findings(judgement_.findings, wish_.verbose, report);
        return verdict(account, answered);
    }

  private:
    [[nodiscard]] Status verdict(const std::string& account, bool answered) const {
        if (!judgement_.usable) return Status::no;
        if (wish_.offline) return account == anonymous ? Status::no : Status::yes;
        return answered && account != anonymous ? Status::yes : Status::no;
    }

    // True if hf.co answered; false if the passphrase cannot be asked for.
    bool ask(std::string& account) {
        const bool person =
            transport::needs_person(candidate_, view_.inventory) && passphrase_can_be_asked();
        if (!judgement_.ready && !person) {
            system::say(
                "not checked with hf.co: the key has a passphrase and there is no terminal");
            return false;
        }
        using transport::Person;
        const transport::Answer answer = ask_account(
            connection_, candidate_, person ? Person::asked : Person::told, surroundings_);
        account = answer.account;
        if (!account.empty()) return true;
        throw Failure(answer.words + " (key: " + key_name(candidate_, view_.request) + ")",
                      answer.next_step(), answer.code());
    }

    // "belongs to alice; file and agent, ready"
    [[nodiscard]] std::string in_short(const std::string& account, bool answered) const {
        std::string text;
        if (account == anonymous) {
            text = "hf.co does not know it; ";
        } else if (!account.empty()) {
            text = "belongs to " + system::printable(account) +
                   (answered ? "; " : " (as remembered); ");
        } else if (!answered) {
            text = "not checked with hf.co; ";
        }
        return text + key_place(candidate_);
    }

    void describe_key(const std::string& account, bool answered, Report& report) const {
        Record& record = report.whole();
        const Checks& findings = judgement_.findings;
        const bool failed =
            std::ranges::find(findings, Check::Result::failure, &Check::result) != findings.end();
        record.mark(failed                                      ? Mark::failure
                    : std::ranges::any_of(findings, is_problem) ? Mark::warning
                                                                : Mark::ok,
                    key_name(candidate_, view_.request), in_short(account, answered));
        record.json("key", key_json(candidate_, view_.request, account));
        record.json("public_key", candidate_.key ? Json(public_line(candidate_)) : Json());
        if (candidate_.key) record.text("fingerprint", candidate_.fingerprint());
        const auto detail = [&](const char* label, const std::string& text) {
            if (wish_.verbose && !text.empty()) record.text(label, text);
        };
        detail("type", key_type(candidate_));
        detail("comment", system::printable(candidate_.comment));
        Json reason;
        if (reason_ != nullptr) {
            reason = reason_json(*reason_);
            detail("because", reason_text(*reason_));
        }
        record.json("reason", reason).json("usable", judgement_.usable);
        record.json("ready", judgement_.ready);
        record.json("account", or_null(account)).json("asked", answered);
        detail("account", account_text(account));
    }

    const Wish& wish_;
    Surroundings& surroundings_;
    Connection& connection_;
    const KeyView& view_;
    const Candidate& candidate_;
    const transport::Reason* reason_;  // for the choice; null for a key that was named
    KeyJudgement judgement_;
};

// The key that would be offered. A single key is the one that is meant, even if it cannot be
// chosen.
std::variant<std::size_t, Check> meant_key(const transport::Decision& decision,
                                           const KeyView& view) {
    if (decision.chosen) return *decision.chosen;
    if (!decision.none.named && view.inventory.candidates.size() == 1) return std::size_t{0};
    return check_choice(decision.none);
}

Status check(const Wish& wish, Report& report) {
    if (wish.offline && (wish.copy || wish.open || wish.wait)) {
        throw UsageError{"--offline cannot be combined with --copy, --open or --wait"};
    }
    const std::chrono::seconds limit = read_wait_limit(wish.timeout, wish.wait);
    std::optional<KeyWord> word;
    if (wish.identity) word = read_key_word(*wish.identity);
    Surroundings surroundings;
    const auto connection = surroundings.look_here();
    warn_unless_registered(surroundings.registration());
    const transport::Facts& facts = connection->facts;
    const transport::Decision& decision = connection->decision;
    const KeyView view = word ? view_keys(*connection, word->path)
                              : KeyView{facts.request, facts.inventory, facts.memory};
    const auto found = word ? find_key(view, *word) : meant_key(decision, view);
    if (const auto* missing = std::get_if<Check>(&found)) {
        return no_key(*missing, wish.verbose, report);
    }
    const Candidate& candidate = view.inventory.candidates[std::get<std::size_t>(found)];
    const auto* reason = word || !decision.chosen ? nullptr : &decision.reason;
    return KeyTest(wish, surroundings, *connection, view, candidate, reason).run(limit, report);
}

}  // namespace

Action keys_check(Options& options) {
    const Wish wish{
        .identity = options.argument("IDENTITY",
                                     "a key's file, or its SHA256: fingerprint\n"
                                     "(default: the key hf-ssh would use here)"),
        .offline = options.flag("--offline", "do not ask hf.co"),
        .copy = options.flag("--copy", "if hf.co does not know the key, copy it"),
        .open = options.flag("--open", "the same, and open the settings page"),
        .wait = options.flag("--wait", "wait until hf.co knows it"),
        .timeout = options.option("--timeout", "SECONDS", "seconds to wait (default 600)"),
        .verbose = options.flag("-v,--verbose", "show all that is known about the key")};
    return [wish](Report& report) { return check(wish, report); };
}

}  // namespace hfssh::manage

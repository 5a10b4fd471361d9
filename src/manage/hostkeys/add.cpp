#include <algorithm>
#include <memory>

#include "hfssh/manage/command/verb.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "own_file.hpp"
#include "report.hpp"
#include "search.hpp"
#include "words.hpp"

namespace hfssh::manage {
namespace {

using hub::Verdict;
using system::Failure;

void refuse_unless_addable(const hub::TrustedSet& set, const NamedKey& wanted) {
    if (wanted.form == NamedKey::Form::revocation) {
        throw Failure("this line revokes a key: " + host_key_title(wanted.key),
                      "to revoke it: git hf-ssh host-keys revoke " +
                          system::shell_word(wanted.key.type + " " + wanted.key.base64()),
                      system::Code::bad_argument);
    }
    const hub::Judgement judgement = set.judge(wanted.key);
    if (judgement.verdict == Verdict::never_accepted) {
        throw Failure("a DSA key is never accepted: " + wanted.key.fingerprint(), {},
                      system::Code::bad_argument);
    }
    if (judgement.verdict == Verdict::revoked) {
        throw Failure("this key is " + state_text(judgement) + ": " + host_key_title(wanted.key),
                      "a revocation counts, whoever adds the key; ask whoever wrote that line",
                      system::Code::bad_argument);
    }
}

// The lines to come, and what the file becomes by them.
struct Plan {
    std::string text;
    Change change;
};

Plan plan_for(const OwnTrustedFile& file, const std::vector<NamedKey>& wanted) {
    Plan plan{file.text(), {}};
    for (const NamedKey& key : wanted) {
        refuse_unless_addable(file.set(), key);
        const bool known = file.set().judge(key.key).verdict == Verdict::trusted;
        const bool twice =
            std::ranges::find(plan.change.additions, key.key) != plan.change.additions.end();
        if (known || twice) continue;
        plan.text = with_line(plan.text, addition_line(key.key, key.comment));
        plan.change.additions.push_back(key.key);
    }
    return plan;
}

void describe(const OwnTrustedFile& file, const NamedKey& wanted, const Change& change,
              Report& report) {
    const bool added = std::ranges::find(change.additions, wanted.key) != change.additions.end();
    describe_change(file.set(), wanted.key, added ? "added" : "already-trusted", report);
}

Status run_add(const std::vector<std::string>& words, Report& report) {
    const auto wanted = find_host_keys(read_key_words(words), report);
    if (!wanted) return Status::no;
    OwnTrustedFile file;
    const Plan plan = plan_for(file, *wanted);
    if (!plan.change.additions.empty()) file.replace(plan.text, plan.change);
    report.whole().json("file", file.path());
    for (const NamedKey& key : *wanted)
        describe(file, key, plan.change, report);
    return Status::yes;
}

}  // namespace

Action host_keys_add(Options& options) {
    const auto words = std::make_shared<std::vector<std::string>>();
    options.arguments("HOST-KEY|FILE", *words, true,
                      "a line of known_hosts, a file of lines, - for standard input, or\n"
                      "a SHA256: fingerprint read from the page, whose key is fetched");
    return [words](Report& report) { return run_add(*words, report); };
}

}  // namespace hfssh::manage

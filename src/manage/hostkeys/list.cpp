#include <algorithm>

#include "hfssh/manage/command/options.hpp"
#include "hfssh/settings/trusted_files.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"
#include "hostkeys.hpp"

namespace hfssh::manage {
namespace {

using hub::KnownKey;
using hub::Problem;
using hub::TrustedSet;
using hub::Verdict;

// Where the key is from: that it is published, or the line that adds or revokes it.
void describe(const TrustedSet& set, const KnownKey& entry, const std::string& origin, bool verbose,
              Record& record) {
    const hub::Judgement judgement = set.judge(entry.key);
    add_host_key(set, entry.key, record);
    const std::string place = settings::describe(entry.origin);
    record.json("origin", origin)
        .json("file", entry.origin.is_published() ? Json() : Json(entry.origin.file))
        .json("line", entry.origin.is_published() ? Json() : Json(entry.origin.line));
    if (!verbose) {
        const bool trusted = judgement.verdict == Verdict::trusted;
        const bool never = judgement.verdict == Verdict::never_accepted;
        record.row(trusted ? Mark::ok
                   : never ? Mark::skipped
                           : Mark::warning,
                   {std::string(hub::key_type_label(entry.key.type)), entry.key.fingerprint(),
                    trusted ? origin
                    : never ? "never used"
                            : "revoked"});
        return;
    }
    record.heading(host_key_title(entry.key))
        .text("origin", origin == "added" ? "added in " + place : place)
        .text("state", origin == "revoked" ? "revoked" : state_text(judgement),
              state_tone(judgement.verdict));
}

bool is_known(const TrustedSet& set, const hub::ServerKey& key) {
    return std::ranges::find(set.known(), key, &KnownKey::key) != set.known().end();
}

void describe_keys(const TrustedSet& set, bool verbose, Report& report) {
    report.empty_list("host_keys");
    for (const KnownKey& known : set.known()) {
        describe(set, known, known.origin.is_published() ? "published" : "added", verbose,
                 report.add("host_keys"));
    }
    for (const KnownKey& revoked : set.revoked()) {
        if (!is_known(set, revoked.key)) {
            describe(set, revoked, "revoked", verbose, report.add("host_keys"));
        }
    }
}

void describe_problems(const std::vector<Problem>& problems, Report& report) {
    report.empty_list("problems");
    for (const Problem& problem : problems) {
        const bool broken = problem.severity == Problem::Severity::broken;
        report.add("problems")
            .heading(settings::describe(problem.where), broken ? Tone::bad : Tone::plain)
            .json("file", problem.where.file)
            .json("line", problem.where.line)
            .json("severity", broken ? "broken" : "passed-over")
            .add("problem", broken ? "broken" : "ignored", problem.text,
                 broken ? Tone::bad : Tone::faint);
    }
}

void describe_lines(const TrustedSet& set, Report& report) {
    const std::vector<std::string> lines = known_hosts_lines(set);
    report.whole().heading(system::join(lines, "\n"), Tone::plain).json("lines", lines);
}

Status list(bool lines_only, bool verbose, Report& report) {
    const settings::TrustedHostKeys keys = settings::load_host_keys(settings::trusted_files());
    if (lines_only) {
        describe_lines(keys.set, report);
        for (const Problem& problem : keys.problems) {
            if (problem.severity == Problem::Severity::broken) {
                system::say(settings::describe(problem) + "; the line is ignored");
            }
        }
    } else {
        describe_keys(keys.set, verbose, report);
        describe_problems(keys.problems, report);
    }
    print_so_far(report);  // the next step comes last
    warn_if_nothing_is_trusted(keys.set);
    return trusts_anything(keys.set) ? Status::yes : Status::no;
}

}  // namespace

Action host_keys(Options& options) {
    const bool& lines_only =
        options.flag("--known-hosts", "the trusted ones as lines for plain ssh");
    const bool& verbose =
        options.flag("-v,--verbose", "where each key comes from, and what revokes it");
    return [&](Report& report) { return list(lines_only, verbose, report); };
}

}  // namespace hfssh::manage

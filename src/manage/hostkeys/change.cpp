#include <algorithm>

#include "hfssh/manage/command/options.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hostkeys.hpp"
#include "own_file.hpp"

// `git hf-ssh host-keys add`, `revoke` and `remove`: lines of the user's own file.
namespace hfssh::manage {
namespace {

using hub::KnownKey;
using hub::ServerKey;
using hub::Verdict;
using system::Failure;
using Form = NamedKey::Form;

bool contains(const std::vector<ServerKey>& keys, const ServerKey& key) {
    return std::ranges::find(keys, key) != keys.end();
}

// add --------------------------------------------------------------------------------------------

void refuse_unless_addable(const hub::TrustedSet& set, const NamedKey& wanted) {
    constexpr auto code = system::Code::bad_argument;
    const std::string title = host_key_title(wanted.key);
    if (wanted.form == Form::revocation) {
        throw Failure("this line revokes a key: " + title,
                      "to revoke it: git hf-ssh host-keys revoke " +
                          system::shell_word(wanted.key.type + " " + wanted.key.base64()),
                      code);
    }
    const hub::Judgement judgement = set.judge(wanted.key);
    if (judgement.verdict == Verdict::never_accepted) {
        throw Failure("a DSA key is never accepted: " + wanted.key.fingerprint(), {}, code);
    }
    if (judgement.verdict == Verdict::revoked) {
        throw Failure("this key is " + state_text(judgement) + ": " + title,
                      "a revocation counts, whoever adds the key; ask the author of that line",
                      code);
    }
}

Status run_add(const std::vector<std::string>& words, Report& report) {
    const auto wanted = find_host_keys(read_key_words(words), report);
    if (!wanted) return Status::no;
    OwnTrustedFile file;
    std::string text = file.text();
    Change change;
    for (const auto& [key, form, comment] : *wanted) {
        refuse_unless_addable(file.set(), {key, form, comment});
        const bool known = file.set().judge(key).verdict == Verdict::trusted;
        if (known || contains(change.additions, key)) continue;
        text = with_line(text, addition_line(key, comment));
        change.additions.push_back(key);
    }
    if (!change.additions.empty()) file.replace(text, change);
    report.whole().json("file", file.path());
    for (const NamedKey& key : *wanted) {
        const bool added = contains(change.additions, key.key);
        describe_change(file.set(), key.key, added ? "added" : "already-trusted", report);
    }
    return Status::yes;
}

// revoke -----------------------------------------------------------------------------------------

std::string result_of(const OwnTrustedFile& file, const Change& change, const ServerKey& key) {
    if (contains(change.revocations, key)) return "revoked";
    return file.set().judge(key).verdict == Verdict::revoked ? "already-revoked" : "never-accepted";
}

// A user who trusts no key any more may want just that, so the last one can be revoked, too.
Status run_revoke(const std::vector<std::string>& words, Report& report) {
    const auto wanted = find_host_keys(read_key_words(words), report);
    if (!wanted) return Status::no;
    OwnTrustedFile file;
    std::string text = file.text();
    Change change;
    for (const NamedKey& key : *wanted) {
        const Verdict verdict = file.set().judge(key.key).verdict;
        if (verdict == Verdict::revoked || verdict == Verdict::never_accepted) continue;
        if (contains(change.revocations, key.key)) continue;
        text = with_line(text, revocation_line(key.key, key.comment));
        change.revocations.push_back(key.key);
    }
    if (!change.revocations.empty()) file.replace(text, change);
    report.whole().json("file", file.path());
    for (const NamedKey& key : *wanted)
        describe_change(file.set(), key.key, result_of(file, change, key.key), report);
    warn_if_nothing_is_trusted(file.set());
    return Status::yes;
}

// remove -----------------------------------------------------------------------------------------

struct Line {
    KnownKey entry;
    bool revoked;
};

// The entries for WANTED: of a line that was named, only those of its kind.
std::vector<Line> lines_meant(const std::vector<KnownKey>& additions,
                              const std::vector<KnownKey>& revocations,
                              const std::string& fingerprint, Form form) {
    std::vector<Line> lines;
    const auto take = [&](const std::vector<KnownKey>& entries, bool revoked) {
        for (const KnownKey& entry : entries) {
            if (entry.key.fingerprint() == fingerprint) lines.push_back({entry, revoked});
        }
    };
    if (form != Form::revocation) take(additions, false);
    if (form != Form::addition) take(revocations, true);
    return lines;
}

// The user's own file has no such line. Throws a Failure with the reason if the key is known from
// elsewhere.
void refuse_if_elsewhere(const OwnTrustedFile& file, const std::string& fingerprint, Form form) {
    const auto lines = lines_meant(file.set().known(), file.set().revoked(), fingerprint, form);
    for (const auto& [entry, revoked] : lines) {
        if (entry.origin.is_published()) continue;
        throw Failure("the line that " + std::string(revoked ? "revokes" : "adds") +
                          " this key is not in your own file, but in " +
                          settings::describe(entry.origin),
                      "only lines of " + system::display_path(file.path()) +
                          " can be removed; edit the other file yourself",
                      system::Code::bad_argument);
    }
    if (lines.empty()) return;
    throw Failure(
        "this key is published by Hugging Face and compiled in, so there is no line to remove: " +
            fingerprint,
        "it can be revoked: git hf-ssh host-keys revoke " + fingerprint,
        system::Code::bad_argument);
}

Status run_remove(const std::vector<std::string>& words, Report& report) {
    const Named named = read_key_words(words);
    std::vector<std::pair<std::string, Form>> all;
    for (const std::string& fingerprint : named.fingerprints)
        all.emplace_back(fingerprint, Form::key);
    for (const NamedKey& key : named.keys)
        all.emplace_back(key.key.fingerprint(), key.form);
    OwnTrustedFile file;
    report.whole().json("file", file.path());
    report.empty_list("host_keys");
    std::vector<Line> lines;
    Change change;
    bool found = true;
    for (const auto& [fingerprint, form] : all) {
        const auto own =
            lines_meant(file.content().additions, file.content().revocations, fingerprint, form);
        if (own.empty()) {
            refuse_if_elsewhere(file, fingerprint, form);
            system::say("no line of " + system::display_path(file.path()) +
                        " is for this key: " + fingerprint);
            found = false;
        }
        for (const Line& line : own) {
            const std::size_t number = line.entry.origin.line;
            if (std::ranges::find(change.gone, number) != change.gone.end()) continue;
            change.gone.push_back(number);
            lines.push_back(line);
        }
    }
    if (!found) return Status::no;
    file.replace(without_lines(file.text(), change.gone), change);
    for (const auto& [entry, revoked] : lines) {
        describe_change(file.set(), entry.key, "removed", report)
            .json("removed", revoked ? "revocation" : "addition")
            .json("removed_line", entry.origin.line)
            .text("was",
                  (revoked ? "revoked in " : "added in ") + settings::describe(entry.origin));
    }
    warn_if_nothing_is_trusted(file.set());
    return Status::yes;
}

}  // namespace

Action host_keys_add(Options& options) {
    const auto& words =
        options.arguments("HOST-KEY|FILE", true,
                          "a line of known_hosts, a file of lines, - for standard input, or\n"
                          "a SHA256: fingerprint read from the page, whose key is fetched");
    return [&](Report& report) { return run_add(words, report); };
}

Action host_keys_revoke(Options& options) {
    const auto& words = options.arguments(
        "HOST-KEY|FILE", true,
        "a SHA256: fingerprint, a line of known_hosts, a file of lines, or - for\n"
        "standard input");
    return [&](Report& report) { return run_revoke(words, report); };
}

Action host_keys_remove(Options& options) {
    const auto& words = options.arguments(
        "HOST-KEY", true,
        "a SHA256: fingerprint, or the line itself (@revoked hf.co ... takes only\n"
        "the revocation back)");
    return [&](Report& report) { return run_remove(words, report); };
}

}  // namespace hfssh::manage

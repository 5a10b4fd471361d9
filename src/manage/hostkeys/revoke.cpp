#include <algorithm>
#include <memory>

#include "hfssh/manage/command/verb.hpp"
#include "own_file.hpp"
#include "report.hpp"
#include "search.hpp"
#include "words.hpp"

namespace hfssh::manage {
namespace {

using hub::Verdict;

bool contains(const std::vector<hub::ServerKey>& keys, const hub::ServerKey& key) {
    return std::ranges::find(keys, key) != keys.end();
}

std::string result_of(const OwnTrustedFile& file, const Change& change, const hub::ServerKey& key) {
    if (contains(change.revocations, key)) return "revoked";
    return file.set().judge(key).verdict == Verdict::revoked ? "already-revoked" : "never-accepted";
}

// That no key is left is no reason against it: a person who no longer trusts any wants just that.
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

}  // namespace

Action host_keys_revoke(Options& options) {
    const auto words = std::make_shared<std::vector<std::string>>();
    options.arguments("HOST-KEY|FILE", *words, true,
                      "a SHA256: fingerprint, a line of known_hosts, a file of lines, or - for\n"
                      "standard input");
    return [words](Report& report) { return run_revoke(*words, report); };
}

}  // namespace hfssh::manage

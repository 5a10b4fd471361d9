#include <algorithm>
#include <memory>

#include "hfssh/manage/command/verb.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "own_file.hpp"
#include "report.hpp"
#include "search.hpp"
#include "words.hpp"

namespace hfssh::manage {
namespace {

using hub::KnownKey;
using system::Failure;
using Form = NamedKey::Form;

// What is to be removed: a key, or the key of a fingerprint.
struct Wanted {
    std::string fingerprint;
    Form form = Form::key;
    [[nodiscard]] bool is(const KnownKey& entry) const {
        return entry.key.fingerprint() == fingerprint;
    }
    [[nodiscard]] bool takes_additions() const { return form != Form::revocation; }
    [[nodiscard]] bool takes_revocations() const { return form != Form::addition; }
};

std::vector<Wanted> wanted_of(const Named& named) {
    std::vector<Wanted> wanted;
    for (const std::string& fingerprint : named.fingerprints)
        wanted.push_back({fingerprint, Form::key});
    for (const NamedKey& key : named.keys)
        wanted.push_back({key.key.fingerprint(), key.form});
    return wanted;
}

struct Line {
    KnownKey entry;
    bool revoked;
};

bool contains(const std::vector<Line>& lines, const Line& line) {
    return std::ranges::any_of(lines, [&](const Line& other) {
        return other.entry.origin.line == line.entry.origin.line;
    });
}

// The lines of ADDITIONS and REVOCATIONS that are meant.
std::vector<Line> lines_meant(const std::vector<KnownKey>& additions,
                              const std::vector<KnownKey>& revocations, const Wanted& wanted) {
    std::vector<Line> lines;
    for (const KnownKey& entry : additions) {
        if (wanted.takes_additions() && wanted.is(entry)) lines.push_back({entry, false});
    }
    for (const KnownKey& entry : revocations) {
        if (wanted.takes_revocations() && wanted.is(entry)) lines.push_back({entry, true});
    }
    return lines;
}

// None of it is in the person's own file: why it can't be removed, then. Returns where it is
// nowhere.
void refuse_what_stands_elsewhere(const OwnTrustedFile& file, const Wanted& wanted) {
    const auto lines = lines_meant(file.set().known(), file.set().revoked(), wanted);
    for (const Line& line : lines) {
        if (line.entry.origin.is_published()) continue;
        throw Failure("the line that " + std::string(line.revoked ? "revokes" : "adds") +
                          " this key is not in your own file, but in " +
                          settings::describe(line.entry.origin),
                      "only lines of " + system::display_path(file.path()) +
                          " can be removed; edit the other file yourself",
                      system::Code::bad_argument);
    }
    if (lines.empty()) return;
    throw Failure(
        "this key is published by Hugging Face and compiled in, so there is no line to "
        "remove: " +
            wanted.fingerprint,
        "it can be revoked: git hf-ssh host-keys revoke " + wanted.fingerprint,
        system::Code::bad_argument);
}

void describe(const OwnTrustedFile& file, const Line& line, Report& report) {
    Record& record = describe_change(file.set(), line.entry.key, "removed", report);
    record.json("removed", line.revoked ? "revocation" : "addition")
        .json("removed_line", line.entry.origin.line)
        .text("was",
              (line.revoked ? "revoked in " : "added in ") + settings::describe(line.entry.origin));
}

Status run_remove(const std::vector<std::string>& words, Report& report) {
    const std::vector<Wanted> all = wanted_of(read_key_words(words));
    OwnTrustedFile file;
    report.whole().json("file", file.path());
    report.empty_list("host_keys");
    std::vector<Line> lines;
    bool found = true;
    for (const Wanted& wanted : all) {
        auto own = lines_meant(file.content().additions, file.content().revocations, wanted);
        if (own.empty()) {
            refuse_what_stands_elsewhere(file, wanted);
            system::say("no line of " + system::display_path(file.path()) +
                        " is for this key: " + wanted.fingerprint);
            found = false;
        }
        for (const Line& line : own) {
            if (!contains(lines, line)) lines.push_back(line);
        }
    }
    if (!found) return Status::no;
    Change change;
    for (const Line& line : lines)
        change.gone.push_back(line.entry.origin.line);
    file.replace(without_lines(file.text(), change.gone), change);
    for (const Line& line : lines)
        describe(file, line, report);
    warn_if_nothing_is_trusted(file.set());
    return Status::yes;
}

}  // namespace

Action host_keys_remove(Options& options) {
    const auto words = std::make_shared<std::vector<std::string>>();
    options.arguments("HOST-KEY", *words, true,
                      "a SHA256: fingerprint, or the line itself (@revoked hf.co ... takes only\n"
                      "the revocation back)");
    return [words](Report& report) { return run_remove(*words, report); };
}

}  // namespace hfssh::manage

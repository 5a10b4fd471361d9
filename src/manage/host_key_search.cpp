#include "hfssh/manage/host_key_search.hpp"

#include "hfssh/hub/host_keys.hpp"
#include "hfssh/manage/host_key_report.hpp"
#include "hfssh/settings/trusted_files.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::manage {
namespace {

const hub::ServerKey* find_known(const hub::TrustedSet& set, const std::string& fingerprint) {
    for (const auto* keys : {&set.known(), &set.revoked()}) {
        for (const hub::KnownKey& known : *keys) {
            if (known.key.fingerprint() == fingerprint) return &known.key;
        }
    }
    return nullptr;
}

}  // namespace

std::optional<std::vector<NamedKey>> find_host_keys(const Named& named, Report&) {
    std::vector<NamedKey> found = named.keys;
    if (named.fingerprints.empty()) return found;
    const auto trusted = settings::load_host_keys(settings::trusted_files());
    for (const std::string& fingerprint : named.fingerprints) {
        const hub::ServerKey* known = find_known(trusted.set, fingerprint);
        if (known == nullptr) throw system::Failure("not known: " + fingerprint);
        found.push_back({*known, NamedKey::Form::key, {}});
    }
    return found;
}

Record& describe_change(const hub::TrustedSet& set, const hub::ServerKey& key,
                        const std::string& result, Report& report) {
    const hub::Judgement judgement = set.judge(key);
    Record& record = report.add("host_keys");
    std::string words = result;
    for (char& c : words) {
        if (c == '-') c = ' ';
    }
    record.heading(words + ": " + host_key_title(key), Tone::plain).json("result", result);
    add_host_key(set, key, record);
    const bool trusted = judgement.verdict == hub::Verdict::trusted;
    const hub::Origin origin = trusted ? judgement.match->origin : hub::Origin();
    record.json("file", trusted && !origin.is_published() ? Json(origin.file) : Json())
        .json("line", trusted && !origin.is_published() ? Json(origin.line) : Json())
        .text("state",
              state_text(judgement) + (trusted ? (origin.is_published() ? ", " : ", added in ") +
                                                     settings::describe(origin)
                                               : ""),
              state_tone(judgement.verdict));
    return record;
}

}  // namespace hfssh::manage

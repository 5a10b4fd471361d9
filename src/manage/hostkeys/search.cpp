#include "search.hpp"

#include "hfssh/hub/server_key.hpp"
#include "hfssh/settings/trusted_files.hpp"
#include "hfssh/system/message.hpp"
#include "presented.hpp"
#include "report.hpp"

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

// A key with an invalid proof does not count as presented.
const hub::ServerKey* find_presented(const std::vector<native::PresentedKey>& keys,
                                     const std::string& fingerprint) {
    using Outcome = native::PresentedKey::Outcome;
    for (const native::PresentedKey& entry : keys) {
        const bool shown = entry.outcome == Outcome::proven || entry.outcome == Outcome::presented;
        if (shown && entry.key && entry.key->fingerprint() == fingerprint) return &*entry.key;
    }
    return nullptr;
}

// Never with a command that would trust what was presented: it may not be hf.co that answered.
void tell_not_presented(const hub::TrustedSet& set, const HubPresents& hub,
                        const std::string& fingerprint, Report& report) {
    report.empty_list("host_keys");
    for (const native::PresentedKey& key : offered(hub.presented))
        describe_presented(set, key, "presented", report);
    system::say(
        "the server does not present a key with this fingerprint, so nothing was changed:\n" +
        fingerprint + "\nit presented the keys listed here; compare them with\n" +
        std::string(hub::host_keys_page) + "\nif you can, over a different network");
}

}  // namespace

std::optional<std::vector<NamedKey>> find_host_keys(const Named& named, Report& report) {
    std::vector<NamedKey> found = named.keys;
    if (named.fingerprints.empty()) return found;
    const auto trusted = settings::load_host_keys(settings::trusted_files());
    std::optional<HubPresents> hub;  // connected once, and only where it has to be
    for (const std::string& fingerprint : named.fingerprints) {
        const hub::ServerKey* key = find_known(trusted.set, fingerprint);
        if (key == nullptr) {
            if (!hub) hub = look_at_hub(trusted.set, every_type());
            key = find_presented(hub->presented.keys, fingerprint);
        }
        if (key == nullptr) {
            tell_not_presented(trusted.set, *hub, fingerprint, report);
            return std::nullopt;
        }
        found.push_back({*key, NamedKey::Form::key, {}});
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

#include <algorithm>

#include "hfssh/hub/server_key.hpp"
#include "hfssh/manage/hostkeys/asking.hpp"
#include "hfssh/settings/trusted_files.hpp"
#include "hfssh/system/message.hpp"
#include "hostkeys.hpp"
#include "own_file.hpp"

namespace hfssh::manage {
namespace {

using hub::Verdict;

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

std::string host_key_title(const hub::ServerKey& key) {
    return key.fingerprint() + " (" + std::string(hub::key_type_label(key.type)) + ")";
}

std::string state_name(Verdict verdict) {
    constexpr const char* names[] = {"trusted", "revoked", "never-accepted", "not-trusted",
                                     "not-trusted"};  // in the order of Verdict
    return names[static_cast<std::size_t>(verdict)];
}

std::string state_text(const hub::Judgement& judgement) {
    if (judgement.verdict == Verdict::trusted) return "trusted";
    if (judgement.verdict == Verdict::never_accepted) return "never accepted: DSA is too weak";
    if (judgement.verdict != Verdict::revoked) return "not trusted";
    return "revoked in " + settings::describe(judgement.match->origin);
}

std::string state_and_origin(const hub::Judgement& judgement) {
    if (judgement.verdict != Verdict::trusted) return state_text(judgement);
    const hub::Origin& origin = judgement.match->origin;
    return (origin.is_published() ? "trusted, " : "trusted, added in ") +
           settings::describe(origin);
}

Tone state_tone(Verdict verdict) {
    if (verdict == Verdict::trusted) return Tone::good;
    return verdict == Verdict::never_accepted ? Tone::faint : Tone::bad;
}

Json origin_json(const hub::Origin& origin) {
    if (origin.is_published()) return {};
    return {{"file", origin.file}, {"line", origin.line}};
}

void add_host_key(const hub::TrustedSet& set, const hub::ServerKey& key, Record& record) {
    const hub::Judgement judgement = set.judge(key);
    const bool revoked = judgement.verdict == Verdict::revoked;
    record.json("type", key.type)
        .json("label", hub::key_type_label(key.type))
        .json("fingerprint", key.fingerprint())
        .json("key", key.base64())
        .json("state", state_name(judgement.verdict))
        .json("revoked_in", revoked ? origin_json(judgement.match->origin) : Json());
}

std::vector<std::string> known_hosts_lines(const hub::TrustedSet& set) {
    std::vector<std::string> lines;
    for (const hub::KnownKey& known : set.known()) {
        if (set.judge(known.key).verdict != Verdict::trusted) continue;
        std::string line = addition_line(known.key, {});
        if (std::ranges::find(lines, line) == lines.end()) lines.push_back(std::move(line));
    }
    return lines;
}

bool trusts_anything(const hub::TrustedSet& set) {
    return !known_hosts_lines(set).empty();
}

void warn_if_nothing_is_trusted(const hub::TrustedSet& set) {
    if (trusts_anything(set)) return;
    system::say("warning: no host key of hf.co is trusted now, so hf-ssh refuses every connection");
    system::hint("see what revokes each: git hf-ssh host-keys --verbose");
}

std::optional<std::vector<NamedKey>> find_host_keys(const Named& named, Report& report) {
    std::vector<NamedKey> found = named.keys;
    if (named.fingerprints.empty()) return found;
    const auto trusted = settings::load_host_keys(settings::trusted_files());
    std::optional<HubPresents> hub;  // connected once, and only if needed
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
        found.push_back({*key, NamedKey::Form::key});
    }
    return found;
}

Record& describe_change(const hub::TrustedSet& set, const hub::ServerKey& key,
                        const std::string& result, Report& report) {
    const hub::Judgement judgement = set.judge(key);
    Record& record = report.add("host_keys");
    std::string words = result;
    std::ranges::replace(words, '-', ' ');
    record.heading(words + ": " + host_key_title(key), Tone::plain).json("result", result);
    add_host_key(set, key, record);
    const Json origin =
        judgement.verdict == Verdict::trusted ? origin_json(judgement.match->origin) : Json();
    record.json("file", origin.is_null() ? Json() : origin["file"])
        .json("line", origin.is_null() ? Json() : origin["line"]);
    record.text("state", state_and_origin(judgement), state_tone(judgement.verdict));
    return record;
}

}  // namespace hfssh::manage

#include "report.hpp"

#include <algorithm>

#include "file.hpp"
#include "hfssh/settings/trusted_files.hpp"
#include "hfssh/system/message.hpp"

namespace hfssh::manage {

using hub::Verdict;

std::string host_key_title(const hub::ServerKey& key) {
    return key.fingerprint() + " (" + std::string(hub::key_type_label(key.type)) + ")";
}

std::string state_name(Verdict verdict) {
    switch (verdict) {
        case Verdict::trusted:
            return "trusted";
        case Verdict::revoked:
            return "revoked";
        case Verdict::never_accepted:
            return "never-accepted";
        case Verdict::not_published:
        case Verdict::malformed:
            break;
    }
    return "not-trusted";
}

std::string state_text(const hub::Judgement& judgement) {
    switch (judgement.verdict) {
        case Verdict::trusted:
            return "trusted";
        case Verdict::revoked:
            return "revoked in " + settings::describe(judgement.match->origin);
        case Verdict::never_accepted:
            return "never accepted: DSA is too weak";
        case Verdict::not_published:
        case Verdict::malformed:
            break;
    }
    return "not trusted";
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

}  // namespace hfssh::manage

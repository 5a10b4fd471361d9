#include "hfssh/hub/trusted_set.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "hfssh/hub/server_key.hpp"
#include "hfssh/system/encode.hpp"

namespace hfssh::hub {
namespace {

constexpr std::string_view dsa = "ssh-dss";

// A key's type and the signature algorithm it is asked to sign with, best first.
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> algorithms = {{
    {"ssh-ed25519", "ssh-ed25519"},
    {"ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256"},
    {"ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384"},
    {"ecdsa-sha2-nistp521", "ecdsa-sha2-nistp521"},
    {"sk-ssh-ed25519@openssh.com", "sk-ssh-ed25519@openssh.com"},
    {"sk-ecdsa-sha2-nistp256@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com"},
    {"ssh-rsa", "rsa-sha2-512"},
    {"ssh-rsa", "rsa-sha2-256"},
}};

const KnownKey* find(const std::vector<KnownKey>& keys, const ServerKey& key) {
    const auto found = std::ranges::find(keys, key, &KnownKey::key);
    return found == keys.end() ? nullptr : &*found;
}

std::string line_for_every_host(std::string_view marker, const ServerKey& key) {
    return std::string(marker) + "* " + key.type + " " + key.base64() + "\n";
}

}  // namespace

std::string Judgement::fingerprint() const {
    return blob.empty() ? std::string() : system::fingerprint(blob);
}

std::variant<TrustedSet, Problem> TrustedSet::build(const std::vector<KnownHosts>& files) {
    TrustedSet set;
    for (const HostKey& published : published_host_keys()) {
        const auto key = read_server_key(published.type, published.base64);
        if (const auto* read = std::get_if<ServerKey>(&key)) set.known_.push_back({*read, {}});
    }
    for (const KnownHosts& file : files) {
        for (const Problem& problem : file.problems) {
            if (problem.severity == Problem::Severity::fatal) return problem;
        }
        set.known_.insert(set.known_.end(), file.additions.begin(), file.additions.end());
        set.revoked_.insert(set.revoked_.end(), file.revocations.begin(), file.revocations.end());
    }
    return set;
}

Judgement TrustedSet::judge(const ServerKey& key) const {
    if (const KnownKey* entry = find(revoked_, key)) {
        return {Verdict::revoked, key.type, key.blob, entry};
    }
    if (key.type == dsa) return {Verdict::never_accepted, key.type, key.blob, nullptr};
    if (const KnownKey* entry = find(known_, key)) {
        return {Verdict::trusted, key.type, key.blob, entry};
    }
    return {Verdict::not_published, key.type, key.blob, nullptr};
}

Judgement TrustedSet::judge(std::string_view type, std::string_view base64) const {
    const auto read = read_server_key(type, base64);
    if (const auto* key = std::get_if<ServerKey>(&read)) return judge(*key);

    Judgement refused{Verdict::malformed, std::string(type), {}, nullptr};
    refused.blob = system::base64_decode(base64).value_or("");
    // A certificate, or a type that hf.co may have one day, is a key anyway.
    const bool is_a_key = std::get<KeyProblem>(read) == KeyProblem::unknown_type;
    if (is_a_key) refused.verdict = Verdict::not_published;
    return refused;
}

bool TrustedSet::trusts_type(std::string_view type) const {
    return std::ranges::any_of(known_, [&](const KnownKey& known) {
        return known.key.type == type && judge(known.key).verdict == Verdict::trusted;
    });
}

std::vector<std::string_view> TrustedSet::acceptable_host_key_algorithms() const {
    std::vector<std::string_view> names;
    for (const auto& [type, algorithm] : algorithms) {
        if (trusts_type(type)) names.push_back(algorithm);
    }
    return names;
}

std::string TrustedSet::known_hosts_text() const {
    std::string text;
    for (const KnownKey& entry : revoked_)
        text += line_for_every_host("@revoked ", entry.key);
    for (const KnownKey& entry : known_) {
        if (judge(entry.key).verdict == Verdict::trusted)
            text += line_for_every_host("", entry.key);
    }
    return text;
}

}  // namespace hfssh::hub

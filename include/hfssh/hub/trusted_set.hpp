#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "hfssh/hub/known_hosts.hpp"

namespace hfssh::hub {

enum class Verdict {
    trusted,         // published or added, and not revoked
    revoked,         // by a @revoked line, even a published or added one
    never_accepted,  // DSA
    not_published,   // a key that is neither published nor added
    malformed,       // not a key at all
};

// What was decided on a presented key, and what explains it.
struct Judgement {
    Verdict verdict = Verdict::malformed;
    std::string type;                 // as presented, not to be printed as it is
    std::string blob;                 // likewise; empty if it was not even base64
    const KnownKey* match = nullptr;  // trusted, revoked: the entry that decided; the set's own

    [[nodiscard]] std::string fingerprint() const;  // of the presented blob; empty without one
};

// The host keys that a connection to hf.co may rest on: those published, and those added, less
// those revoked. Pure; which files may be read is decided before.
class TrustedSet {
  public:
    // The first fatal problem of FILES instead of a set: there is no set that may lack a
    // revocation.
    [[nodiscard]] static std::variant<TrustedSet, Problem> build(
        const std::vector<KnownHosts>& files);

    // TYPE and BASE64 as ssh hands them over in %t and %K.
    [[nodiscard]] Judgement judge(std::string_view type, std::string_view base64) const;
    [[nodiscard]] Judgement judge(const ServerKey& key) const;

    // Every key that was published, then every one that was added, trusted or not: judge() says.
    [[nodiscard]] const std::vector<KnownKey>& known() const { return known_; }
    [[nodiscard]] const std::vector<KnownKey>& revoked() const { return revoked_; }

    // For ssh's HostKeyAlgorithms: the signature algorithms of the types that have a trusted key,
    // in the order of preference. Never ssh-rsa (SHA-1) nor ssh-dss. Empty if nothing is trusted.
    [[nodiscard]] std::vector<std::string_view> acceptable_host_key_algorithms() const;

    // The set as a file for an ssh that has no KnownHostsCommand (before 8.5).
    [[nodiscard]] std::string known_hosts_text() const;

  private:
    TrustedSet() = default;
    [[nodiscard]] bool trusts_type(std::string_view type) const;

    std::vector<KnownKey> known_;
    std::vector<KnownKey> revoked_;
};

}  // namespace hfssh::hub

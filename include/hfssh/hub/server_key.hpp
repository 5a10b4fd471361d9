#pragma once

#include <array>
#include <string>
#include <string_view>
#include <variant>

#include "hfssh/hub/wire.hpp"  // key_type_label

namespace hfssh::hub {

// A host key as known_hosts(5) writes it: type and base64 of the whole public key.
struct HostKey {
    std::string_view type;  // "ssh-ed25519"
    std::string_view base64;
    std::string_view fingerprint;  // "SHA256:…", as the page prints it
};

inline constexpr std::string_view host_keys_page =
    "https://huggingface.co/docs/hub/security-git-ssh";

// The keys on that page, in order of preference.
[[nodiscard]] const std::array<HostKey, 4>& published_host_keys();

// Host keys as known_hosts(5) and ssh's %t and %K write them. Pure.

// A plain host key. Two keys are equal if, and only if, their blobs are.
struct ServerKey {
    std::string type;  // same as in the blob
    std::string blob;
    [[nodiscard]] bool operator==(const ServerKey& other) const { return blob == other.blob; }
    [[nodiscard]] std::string base64() const;
    [[nodiscard]] std::string fingerprint() const;
};

enum class KeyProblem {
    not_base64,    // or not in its canonical form
    other_type,    // the blob's type differs from the text before it
    unknown_type,  // a key of none of the types below, or a certificate
    not_whole,     // see read_key_blob
};

// Known are ssh-ed25519, ecdsa-sha2-nistp256, -384, -521, ssh-rsa, ssh-dss and the two sk- types.
// Any other encoding than the canonical one is refused, so that a key has no second spelling
// that a comparison would miss.
[[nodiscard]] std::variant<ServerKey, KeyProblem> read_server_key(std::string_view type,
                                                                  std::string_view base64);

// For messages: "the key is cut short or damaged".
[[nodiscard]] std::string_view describe(KeyProblem problem);

}  // namespace hfssh::hub

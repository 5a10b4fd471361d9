#pragma once

#include <array>
#include <string_view>

namespace hfssh::hub {

// A host key as known_hosts(5) writes it: type and base64 of the whole public key.
struct HostKey {
    std::string_view type;  // "ssh-ed25519"
    std::string_view base64;
    std::string_view fingerprint;  // "SHA256:…", as the page prints it
    bool acceptable;               // false for DSA: known, never accepted
};

inline constexpr std::string_view host_keys_page =
    "https://huggingface.co/docs/hub/security-git-ssh";

// The keys on that page, in order of preference.
[[nodiscard]] const std::array<HostKey, 4>& published_host_keys();

}  // namespace hfssh::hub

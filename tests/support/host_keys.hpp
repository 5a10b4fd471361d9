#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

#include "hfssh/hub/server_key.hpp"
#include "hfssh/hub/trusted_set.hpp"
#include "hfssh/system/encode.hpp"

// Host keys for tests, put together field by field (RFC 4251 section 5), so that each can be wrong
// in one place.
namespace hfssh::test {

inline std::string field(std::string_view content) {
    const auto octet = [&](unsigned shift) {
        return static_cast<char>(content.size() >> shift & 0xffU);
    };
    return std::string{octet(24), octet(16), octet(8), octet(0)} + std::string(content);
}

inline std::string ed25519_blob(char seed) {
    return field("ssh-ed25519") + field(std::string(32, seed));
}

inline std::string ecdsa_blob(const std::string& curve, std::size_t coordinate, char seed) {
    return field("ecdsa-sha2-" + curve) + field(curve) +
           field("\x04" + std::string(2 * coordinate, seed));
}

inline std::string rsa_blob(char seed) {
    return field("ssh-rsa") + field(std::string_view("\x01\x00\x01", 3)) +
           field('\0' + std::string(256, static_cast<char>(seed | '\x80')));
}

inline std::string dsa_blob(char seed) {
    const std::string number = field(std::string(20, seed));
    return field("ssh-dss") + number + number + number + number;
}

// "TYPE BASE64", as a line of known_hosts(5) has it.
inline std::string text_of(std::string_view type, const std::string& blob) {
    return std::string(type) + " " + system::base64_encode(blob);
}

inline std::string ed25519(char seed) {
    return text_of("ssh-ed25519", ed25519_blob(seed));
}

inline std::string published(std::string_view type) {
    for (const hub::HostKey& key : hub::published_host_keys()) {
        if (key.type == type) return std::string(key.type) + " " + std::string(key.base64);
    }
    return {};
}

// The set that a file with TEXT makes, or its first fatal problem.
inline std::variant<hub::TrustedSet, hub::Problem> build(const std::string& text) {
    return hub::TrustedSet::build({hub::read_known_hosts("/f", text)});
}

// Throws std::bad_variant_access where TEXT has a fatal problem.
inline hub::TrustedSet set_of(const std::string& text) {
    return std::get<hub::TrustedSet>(build(text));
}

// What SET says of KEY, "TYPE BASE64".
inline hub::Verdict verdict(const hub::TrustedSet& set, const std::string& key) {
    const auto blank = key.find(' ');
    return set.judge(key.substr(0, blank), key.substr(blank + 1)).verdict;
}

}  // namespace hfssh::test

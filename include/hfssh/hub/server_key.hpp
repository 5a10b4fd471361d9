#pragma once

#include <string>
#include <string_view>
#include <variant>

namespace hfssh::hub {

// A plain host key that was read whole: equal keys have equal blobs, different keys different ones.
struct ServerKey {
    std::string type;  // the one inside the blob too
    std::string blob;
    [[nodiscard]] bool operator==(const ServerKey& other) const { return blob == other.blob; }
    [[nodiscard]] std::string base64() const;
    [[nodiscard]] std::string fingerprint() const;
};

enum class KeyProblem {
    not_base64,    // or not in its canonical form
    other_type,    // the blob says another type than the text before it
    unknown_type,  // a key, but of none of the types below; a certificate, for one
    not_whole,     // cut short, with something left over, or a number not in its one shortest form
};

// Reads the type and base64 that stand in known_hosts(5) and that ssh hands over as %t and %K.
// Known are ssh-ed25519, ecdsa-sha2-nistp256, -384, -521, ssh-rsa, ssh-dss and the two sk- types.
// What is not encoded in the one canonical way is refused, so that a key has no second spelling
// that a comparison would miss.
[[nodiscard]] std::variant<ServerKey, KeyProblem> read_server_key(std::string_view type,
                                                                  std::string_view base64);

// For a message: "the key is cut short or damaged".
[[nodiscard]] std::string_view describe(KeyProblem problem);

// The name that the page and ssh-keygen -l use: "ED25519", "ECDSA", "RSA", "DSA", "ED25519-SK" …;
// empty for an unknown type.
[[nodiscard]] std::string_view key_type_label(std::string_view type);

}  // namespace hfssh::hub

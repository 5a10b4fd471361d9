#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// The data types of RFC 4251 section 5, and the public key blobs made of them: the one reader for
// host keys, user keys, key files, the agent and the native transport. Pure.
namespace hfssh::hub {

// Reads from the front of BYTES, which must outlive it. The first read that does not fit spoils the
// reader for good: every later one gives zero or nothing, and good() says so at the end.
class WireReader {
  public:
    explicit WireReader(std::string_view bytes) : rest_(bytes) {}

    [[nodiscard]] std::uint8_t byte();
    [[nodiscard]] std::uint32_t uint32();
    [[nodiscard]] std::uint64_t uint64();
    [[nodiscard]] std::string_view string();
    // A string that is a positive integer in its one shortest form, without its sign byte.
    [[nodiscard]] std::string_view positive_integer();

    [[nodiscard]] bool good() const { return good_; }
    [[nodiscard]] bool finished() const { return good_ && rest_.empty(); }

  private:
    [[nodiscard]] std::string_view take(std::size_t length);
    std::uint64_t number(std::size_t length);
    std::string_view rest_;
    bool good_ = true;
};

[[nodiscard]] std::string wire_uint32(std::uint32_t value);
[[nodiscard]] std::string wire_string(std::string_view text);
// An unsigned big-endian number, leading zeros allowed, as an mpint.
[[nodiscard]] std::string wire_integer(std::string_view magnitude);

enum class Algorithm {
    ed25519,
    ecdsa,
    rsa,
    ed25519_sk,
    ecdsa_sk,
    dsa,
    other,  // a type that hf-ssh does not know, and the installed ssh may
};

// A public key blob: RFC 4253 section 6.6, RFC 5656, RFC 8709, OpenSSH's PROTOCOL.u2f and
// PROTOCOL.certkeys.
struct KeyBlob {
    Algorithm algorithm = Algorithm::other;
    std::string type;  // as in the blob: "ssh-ed25519", "ssh-rsa-cert-v01@openssh.com"
    int bits = 0;      // RSA and DSA: of the modulus; ECDSA: of the curve; Ed25519: 256; other: 0
    std::string certified;  // the plain blob in a user certificate; empty for a plain key
};

// Strict, so that a key has one spelling: nullopt for a length that does not fit, a number that is
// not in its shortest form, a certificate that is not a user's, and bytes left over. A blob of an
// unknown type counts if a type's name and one or more strings are all there is in it.
[[nodiscard]] std::optional<KeyBlob> read_key_blob(std::string_view blob);

// The name that ssh-keygen -l gives in brackets: "ED25519", "RSA"; empty for `other`.
[[nodiscard]] std::string_view algorithm_name(Algorithm algorithm);

// The same for a plain key's type, "ssh-ed25519"; empty for an unknown type or a certificate's.
[[nodiscard]] std::string_view key_type_label(std::string_view type);

}  // namespace hfssh::hub

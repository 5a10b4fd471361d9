#pragma once

#include <optional>
#include <string>
#include <string_view>

// SSH public keys: the blob of RFC 4253 section 6.6, RFC 5656, RFC 8709 and OpenSSH's PROTOCOL.u2f
// and PROTOCOL.certkeys, and the "type base64 comment" line of a .pub file. Pure.
namespace hfssh::identity {

enum class Algorithm { ed25519, ecdsa, rsa, ed25519_sk, ecdsa_sk, dsa };

struct PublicKey {
    Algorithm algorithm = Algorithm::ed25519;
    int bits = 0;           // RSA and DSA: length of the modulus; ECDSA: of the curve; Ed25519: 256
    std::string type;       // as in the blob: "ssh-ed25519", "ssh-rsa-cert-v01@openssh.com"
    std::string blob;       // the whole, a certificate's too
    std::string certified;  // a certificate's plain key; empty for a plain key

    [[nodiscard]] bool is_certificate() const { return !certified.empty(); }
    // Lives in a security key: signing needs the device, mostly a touch.
    [[nodiscard]] bool is_hardware() const {
        return algorithm == Algorithm::ed25519_sk || algorithm == Algorithm::ecdsa_sk;
    }
    // What makes two of them the same key: a certificate equals the key it certifies.
    [[nodiscard]] const std::string& plain() const { return is_certificate() ? certified : blob; }
    // "SHA256:…" of the plain key, as ssh-keygen -l prints it.
    [[nodiscard]] std::string fingerprint() const;
};

// "ED25519", "RSA" …: the name that ssh-keygen -l gives in brackets.
[[nodiscard]] std::string_view algorithm_name(Algorithm algorithm);

// None for a type that is not known, a length that does not fit, a number that is not in its
// shortest form, a certificate that is not a user's, or bytes left over.
[[nodiscard]] std::optional<PublicKey> read_public_key(std::string_view blob);

struct PublicLine {
    PublicKey key;
    std::string comment;
};

// One line of a .pub file. The type in front must be the blob's own.
[[nodiscard]] std::optional<PublicLine> read_public_line(std::string_view line);

// The first key of a .pub file, where ssh(1) looks: empty lines, "#" lines and lines that are no
// key are passed over, and the search ends at a "-----BEGIN".
[[nodiscard]] std::optional<PublicLine> read_public_file(std::string_view text);

// A plain key as the line of a .pub file, with its newline.
[[nodiscard]] std::string public_file_text(const PublicKey& key, std::string_view comment);

}  // namespace hfssh::identity

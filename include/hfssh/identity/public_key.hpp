#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "hfssh/hub/wire.hpp"

// The public keys of users, and the "type base64 comment" line of a .pub file. Pure.
namespace hfssh::identity {

using hub::Algorithm;
using hub::algorithm_name;

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
    // "ED25519"; for a type that is not known its name, "MLDSA44-ED25519".
    [[nodiscard]] std::string label() const;
    // What makes two of them the same key: a certificate equals the key it certifies.
    [[nodiscard]] const std::string& plain() const { return is_certificate() ? certified : blob; }
    // "SHA256:…" of the plain key, as ssh-keygen -l prints it.
    [[nodiscard]] std::string fingerprint() const;
};

// As hub::read_key_blob.
[[nodiscard]] std::optional<PublicKey> read_public_key(std::string_view blob);

struct PublicLine {
    PublicKey key;
    std::string comment;
};

// One line of a .pub file. Its type must be the blob's own.
[[nodiscard]] std::optional<PublicLine> read_public_line(std::string_view line);

// The first key of a .pub file, as ssh(1) looks for it: empty lines, "#" lines and lines without a
// key are skipped, and the search ends at a "-----BEGIN".
[[nodiscard]] std::optional<PublicLine> read_public_file(std::string_view text);

// A plain key as the line of a .pub file, with its newline.
[[nodiscard]] std::string public_file_text(const PublicKey& key, std::string_view comment);

}  // namespace hfssh::identity

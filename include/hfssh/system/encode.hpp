#pragma once

#include <optional>
#include <string>
#include <string_view>

// SHA-256 and base64, from nettle: small, without initialisation, and linked statically where the
// system has the archive, so that no start pays for it.
namespace hfssh::system {

// RFC 4648 section 4, padded.
[[nodiscard]] std::string base64_encode(std::string_view bytes);

// The one canonical encoding only: no white space, full padding, unused bits zero. Two texts that
// differ therefore never decode to the same bytes.
[[nodiscard]] std::optional<std::string> base64_decode(std::string_view text);

// The 32 raw bytes.
[[nodiscard]] std::string sha256(std::string_view bytes);

// Two digits a byte, lower case.
[[nodiscard]] std::string hexadecimal(std::string_view bytes);

// "SHA256:" and unpadded base64, as ssh-keygen(1) -l prints it for a public key blob.
[[nodiscard]] std::string fingerprint(std::string_view public_key_blob);

}  // namespace hfssh::system

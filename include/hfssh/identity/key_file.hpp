#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "hfssh/identity/public_key.hpp"

namespace hfssh::identity {

// What a key's file says by itself, before anybody is asked for a passphrase.
struct KeyFile {
    enum class Kind { private_key, public_key };
    Kind kind = Kind::private_key;
    bool encrypted = false;          // private: a passphrase is needed
    std::optional<PublicKey> key;    // none where an encrypted PEM file keeps it to itself
    std::optional<Algorithm> label;  // what PEM's label says, known even where the key is not
    std::string comment;             // public: the rest of the line
};

// Reads "openssh-key-v1" (OpenSSH's PROTOCOL.key), PEM (PKCS#1, SEC1, PKCS#8, DSA) and .pub text,
// with LF or CRLF. None for anything else. Pure; the copies it makes of a private part are wiped.
[[nodiscard]] std::optional<KeyFile> read_key_file(std::string_view text);

// The public half of an unencrypted private key in DER. LABEL is what stands before "PRIVATE KEY":
// "RSA", "EC", "DSA", or nothing (PKCS#8). None where the file does not hold it. Pure.
[[nodiscard]] std::optional<PublicKey> read_private_der(std::string_view label,
                                                        std::string_view der);

// Overwrites TEXT in a way that a compiler can't leave out, and empties it.
void wipe(std::string& text);

// Text that holds a private part: wiped when its time is over.
class Secret {
  public:
    explicit Secret(std::string text) : text_(std::move(text)) {}
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    ~Secret() { wipe(text_); }
    [[nodiscard]] std::string_view view() const { return text_; }

  private:
    std::string text_;
};

}  // namespace hfssh::identity

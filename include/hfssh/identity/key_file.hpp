#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "hfssh/identity/public_key.hpp"

namespace hfssh::identity {

// Can ssh(1) read a private file as it is? Measured with OpenSSH 9.2: of the "OPENSSH" format it
// wants BEGIN at the very start, and a plain LF after BEGIN and after END; of PEM, BEGIN at the
// start of a line. Otherwise it says "error in libcrypto" and offers no key.
enum class KeyForm {
    good,
    crlf,              // CR LF at its line ends
    no_final_newline,  // cut after END
    surrounded,        // blanks, quotes or text around it
    utf16,             // two bytes for each character
    cr,                // CR at its line ends
    joined,            // blanks instead of line ends
    escaped,           // "\n" as two characters instead of line ends
    base64,            // encoded once more
    no_end,            // without its END line, else whole
    damaged,           // a private key, but not all of it can be read
};

// What a key's file says by itself, before a passphrase is asked for.
struct KeyFile {
    enum class Kind { private_key, public_key };
    Kind kind = Kind::private_key;
    bool encrypted = false;          // private: a passphrase is needed
    std::optional<PublicKey> key;    // nullopt if an encrypted PEM file hides it
    std::optional<Algorithm> label;  // what PEM's label says, known even if the key is not
    std::string comment;             // public: the rest of the line
    KeyForm form = KeyForm::good;    // private
};

// Reads "openssh-key-v1" (OpenSSH's PROTOCOL.key), PEM (PKCS#1, SEC1, PKCS#8, DSA) and .pub text in
// any form. nullopt for anything else. Pure; the copies it makes of a private part are wiped.
[[nodiscard]] std::optional<KeyFile> read_key_file(std::string_view text);

// The public half of an unencrypted private key in DER. LABEL is what precedes "PRIVATE KEY":
// "RSA", "EC", "DSA", or nothing (PKCS#8). nullopt if the file does not hold it. Pure.
[[nodiscard]] std::optional<PublicKey> read_private_der(std::string_view label,
                                                        std::string_view der);

// Overwrites TEXT in a way that a compiler cannot leave out, and empties it.
void wipe(std::string& text);

// Text that holds a private part: wiped at the end.
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

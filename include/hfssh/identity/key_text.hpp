#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "hfssh/identity/key_file.hpp"

namespace hfssh::identity {

// read_key_file(), and of a private key that ssh(1) cannot read as it is, what can be made of it:
// `form` says what happened to it. Pure.
[[nodiscard]] std::optional<KeyFile> read_stored_text(std::string_view text);

// A private key as a CI system's secret store gives it -> the text of its file, as ssh(1) reads it.
// It may have LF, CRLF, CR or "\n" as two characters at its line ends, or blanks instead; blanks,
// quotes or other text around it; no last line end; or be base64 of all that (folded or not).
// nullopt if there is no private key in it. Pure; the copies it makes are wiped.
[[nodiscard]] std::optional<std::string> normalise_private_key(std::string_view text);

// Why normalise_private_key() finds none in TEXT: "it is empty", "it is a public key", "it is a
// path"; empty if it looks like nothing known. Nothing of a text that may be secret. Pure.
[[nodiscard]] std::string no_private_key_in(std::string_view text);

}  // namespace hfssh::identity

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hfssh::identity {

// A private key as it comes out of a CI system's secret store -> the text of its file: LF at the
// end of each line and of the whole, from LF, CRLF or CR, with or without a last one, from blanks
// around it or in front of each line, from other text around it, or from base64 of it all (folded
// or not). None where there is no private key in it. Pure; the copies it makes are wiped.
[[nodiscard]] std::optional<std::string> normalise_private_key(std::string_view text);

}  // namespace hfssh::identity

#include "hfssh/identity/key_text.hpp"

#include <algorithm>

#include "hfssh/identity/key_file.hpp"
#include "hfssh/system/encode.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::identity {
namespace {

bool begins_key(std::string_view line) {
    return line.starts_with("-----BEGIN ") && line.ends_with("PRIVATE KEY-----");
}

// The lines from BEGIN to END, without blanks: ssh(1) takes neither an indented key (from a YAML
// file) nor text in front of one.
std::string only_the_key(std::string_view text) {
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    std::string result;
    result.reserve(text.size() + 1);  // never moved: no copy escapes the wiping
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
        const std::string_view line = system::trim(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.empty() || (result.empty() && !begins_key(line))) continue;
        result += line;
        result += '\n';
        if (line.starts_with("-----END ")) break;
    }
    return result;
}

std::optional<std::string> from_base64(std::string_view text) {
    std::string folded;
    folded.reserve(text.size());
    for (const char c : text) {
        if (c != ' ' && c != '\t' && c != '\r' && c != '\n') folded += c;
    }
    auto decoded = system::base64_decode(folded);
    wipe(folded);
    return decoded;
}

bool is_private_key(std::string_view text) {
    const auto file = read_key_file(text);
    return file && file->kind == KeyFile::Kind::private_key;
}

}  // namespace

std::optional<std::string> normalise_private_key(std::string_view text) {
    std::string plain = only_the_key(text);
    if (is_private_key(plain)) return plain;
    wipe(plain);
    auto decoded = from_base64(text);
    if (!decoded) return std::nullopt;
    plain = only_the_key(*decoded);
    wipe(*decoded);
    if (is_private_key(plain)) return plain;
    wipe(plain);
    return std::nullopt;
}

}  // namespace hfssh::identity

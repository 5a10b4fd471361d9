#include "hfssh/hub/greeting.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>

#include "hfssh/system/text.hpp"

namespace hfssh::hub {
namespace {

constexpr std::string_view before = "Hi ";
constexpr std::string_view after = ", welcome to Hugging Face.";
constexpr std::size_t longest_name = 96;

bool is_account_name(std::string_view name) {
    const auto visible = [](char c) { return c > ' ' && c <= '~' && c != ','; };
    return !name.empty() && name.size() <= longest_name && std::ranges::all_of(name, visible);
}

std::optional<std::string_view> name_in(std::string_view line) {
    if (!line.starts_with(before)) return std::nullopt;
    line.remove_prefix(before.size());
    if (!line.ends_with(after)) return std::nullopt;
    line.remove_suffix(after.size());
    if (!is_account_name(line)) return std::nullopt;
    return line;
}

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::size_t length_digits = 4;
constexpr std::size_t sha1_digits = 40;
constexpr std::size_t sha256_digits = 64;

constexpr std::string_view flush = "0000";

// The payload of the first pkt-line; none if OUTPUT does not begin with one.
std::optional<std::string_view> first_line(std::string_view output) {
    if (output.size() < length_digits) return std::nullopt;
    std::size_t length = 0;
    const char* end = output.data() + length_digits;
    const auto read = std::from_chars(output.data(), end, length, 16);
    if (read.ec != std::errc() || read.ptr != end || length < length_digits) return std::nullopt;
    return output.substr(length_digits, length - length_digits);
}

bool names_reference(std::string_view line) {
    const auto digits = std::min(line.find_first_not_of(hex_digits), line.size());
    return (digits == sha1_digits || digits == sha256_digits) && digits < line.size() &&
           line[digits] == ' ';
}

}  // namespace

std::optional<Greeting> read_greeting(std::string_view output) {
    for (const std::string_view line : system::split(output, '\n')) {
        if (const auto name = name_in(system::trim(line))) return Greeting{std::string(*name)};
    }
    return std::nullopt;
}

Advertisement read_advertisement(std::string_view output) {
    using Kind = Advertisement::Kind;
    if (output.starts_with(flush)) return {Kind::references, {}};  // there are none yet
    const auto line = first_line(output);
    if (!line) return {};
    if (line->starts_with("ERR ")) return {Kind::error, std::string(system::trim(line->substr(4)))};
    const std::string_view words = system::trim(*line);
    const bool known = names_reference(*line) || words == "version 1" || words == "version 2";
    return {known ? Kind::references : Kind::none, {}};
}

}  // namespace hfssh::hub

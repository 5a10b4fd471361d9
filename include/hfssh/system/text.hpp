#pragma once

#include <chrono>
#include <concepts>
#include <string>
#include <string_view>
#include <vector>

// ASCII text, without a locale.
namespace hfssh::system {

[[nodiscard]] std::string lower(std::string_view text);
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b);
[[nodiscard]] std::string_view trim(std::string_view text);  // blanks, tabs, CR, LF
// Lines without their end; a last line without one counts, an empty rest does not.
[[nodiscard]] std::vector<std::string_view> lines(std::string_view text);
// Pieces between SEPARATOR, empty ones included; "" gives one empty piece.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);
// Words between blanks and tabs.
[[nodiscard]] std::vector<std::string_view> words(std::string_view text);
[[nodiscard]] std::string join(const std::vector<std::string>& parts, std::string_view separator);
// The pieces look into the text: of a temporary, a range-for would read them after its end.
template <std::same_as<std::string> Temporary>
void lines(Temporary&&) = delete;
template <std::same_as<std::string> Temporary>
void split(Temporary&&, char) = delete;
template <std::same_as<std::string> Temporary>
void words(Temporary&&) = delete;
// "3 days ago", "just now"
[[nodiscard]] std::string age_text(std::chrono::seconds age);
// A byte below 0x20, or DEL.
[[nodiscard]] bool has_control_character(std::string_view text);
// ssh_config(5) PATTERNS: '*' and '?', case-sensitive, the whole text.
[[nodiscard]] bool matches_pattern(std::string_view text, std::string_view pattern);

}  // namespace hfssh::system

#include "hfssh/system/text.hpp"

#include <algorithm>
#include <cstdint>

namespace hfssh::system {
namespace {

char lower_letter(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), lower_letter);
    return result;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower_letter(x) == lower_letter(y); });
}

std::string_view trim(std::string_view text) {
    constexpr std::string_view blank = " \t\r\n";
    const auto first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

std::vector<std::string_view> lines(std::string_view text) {
    std::vector<std::string_view> result = split(text, '\n');
    if (result.back().empty()) result.pop_back();
    return result;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> result;
    for (;;) {
        const auto end = text.find(separator);
        result.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return result;
        text.remove_prefix(end + 1);
    }
}

std::vector<std::string_view> words(std::string_view text) {
    constexpr std::string_view blank = " \t";
    std::vector<std::string_view> result;
    for (;;) {
        const auto start = text.find_first_not_of(blank);
        if (start == std::string_view::npos) return result;
        text.remove_prefix(start);
        const auto end = std::min(text.find_first_of(blank), text.size());
        result.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
    std::string result;
    for (const std::string& part : parts) {
        if (&part != &parts.front()) result += separator;
        result += part;
    }
    return result;
}

std::string age_text(std::chrono::seconds age) {
    using namespace std::chrono;
    const auto counted = [](std::int64_t count, const char* unit) {
        return std::to_string(count) + " " + unit + (count == 1 ? " ago" : "s ago");
    };
    if (age >= years(10)) return "some time ago";  // since the epoch: nobody knows
    if (age >= days(2)) return counted(duration_cast<days>(age).count(), "day");
    if (age >= hours(2)) return counted(duration_cast<hours>(age).count(), "hour");
    if (age >= minutes(1)) return counted(duration_cast<minutes>(age).count(), "minute");
    return "just now";
}

bool has_control_character(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7f;
    });
}

bool matches_pattern(std::string_view text, std::string_view pattern) {
    // Iterative, with one point to come back to: linear in the common case, quadratic at worst.
    std::size_t at = 0, p = 0, star = std::string_view::npos, retry = 0;
    while (at < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            retry = at;
        } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[at])) {
            ++p;
            ++at;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            at = ++retry;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*')
        ++p;
    return p == pattern.size();
}

}  // namespace hfssh::system

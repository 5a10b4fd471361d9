#include "lfs_patterns.hpp"

#include <algorithm>
#include <optional>

#include "hfssh/system/text.hpp"

namespace hfssh::repository {
namespace {

constexpr std::string_view blanks = " \t\r";
constexpr std::string_view macro_mark = "[attr]";

// The one character that follows a backslash in a quoted pattern, as far as it is one; git writes
// others as \ooo.
std::optional<char> unescaped(char c) {
    constexpr std::string_view from = "abfnrtv\\\"";
    constexpr std::string_view to = "\a\b\f\n\r\t\v\\\"";
    const auto at = from.find(c);
    return at == std::string_view::npos ? std::nullopt : std::optional(to[at]);
}

bool is_octal(std::string_view text) {
    return text.size() == 3 && text[0] <= '3' &&
           text.find_first_not_of("01234567") == std::string_view::npos;
}

// Takes "a b" in its quotes from the front of LINE; nullopt if they are not closed.
std::optional<std::string> take_quoted(std::string_view& line) {
    std::string text;
    for (std::size_t i = 1; i < line.size(); ++i) {
        if (line[i] == '"') {
            line.remove_prefix(i + 1);
            return text;
        }
        if (line[i] != '\\') {
            text += line[i];
            continue;
        }
        const std::string_view rest = line.substr(i + 1);
        if (is_octal(rest.substr(0, 3))) {
            text += static_cast<char>((rest[0] - '0') * 64 + (rest[1] - '0') * 8 + rest[2] - '0');
            i += 3;
        } else if (const auto c = rest.empty() ? std::nullopt : unescaped(rest.front())) {
            text += *c;
            ++i;
        } else {
            return std::nullopt;
        }
    }
    return std::nullopt;
}

std::string take_word(std::string_view& line) {
    const auto end = std::min(line.find_first_of(blanks), line.size());
    std::string word(line.substr(0, end));
    line.remove_prefix(end);
    return word;
}

// Do these words, the last that says something of it, give it to git-lfs?
bool gives(std::string_view attributes, const std::vector<std::string>& macros) {
    bool given = false;
    for (const std::string_view word : system::words(attributes)) {
        if (word == "filter=lfs" || std::ranges::find(macros, word) != macros.end()) {
            given = true;
        } else if (word.starts_with("filter=") || word == "filter" || word == "-filter" ||
                   word == "!filter") {
            given = false;
        }
    }
    return given;
}

}  // namespace

std::vector<std::string> lfs_patterns(std::string_view text) {
    std::vector<std::string> macros;
    std::vector<std::string> patterns;
    for (std::string_view line : system::lines(text)) {
        line = system::trim(line);
        if (line.empty() || line.front() == '#') continue;
        if (line.starts_with(macro_mark)) {
            line.remove_prefix(macro_mark.size());
            const std::string name = take_word(line);
            if (!name.empty() && gives(line, macros)) macros.push_back(name);
            continue;
        }
        const auto pattern =
            line.front() == '"' ? take_quoted(line) : std::optional(take_word(line));
        // git takes no pattern that negates.
        if (pattern && !pattern->starts_with('!') && gives(line, macros)) {
            patterns.push_back(*pattern);
        }
    }
    return patterns;
}

}  // namespace hfssh::repository

#include "hfssh/ssh/config/lines.hpp"

#include "hfssh/system/text.hpp"

namespace hfssh::ssh {
namespace {

// Loops of our own, not find_first_of: every connection to another host waits for these.
bool is_white_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

std::string_view skip_white_space(std::string_view text) {
    std::size_t first = 0;
    while (first < text.size() && is_white_space(text[first]))
        ++first;
    return text.substr(first);
}

std::string_view without_end(std::string_view line) {
    line = line.substr(0, line.find('\0'));
    std::size_t size = line.size();
    while (size > 0 && (is_white_space(line[size - 1]) || line[size - 1] == '\f'))
        --size;
    return line.substr(0, size);
}

// One argument from POSITION on, which moves past it; nullopt if a quote does not close.
std::optional<std::string> take_argument(std::string_view rest, std::size_t& position) {
    std::string argument;
    char quote = 0;
    for (; position < rest.size(); ++position) {
        const char c = rest[position];
        const char next = position + 1 < rest.size() ? rest[position + 1] : '\0';
        if (quote == 0 && (c == ' ' || c == '\t')) break;
        if (c == '\\' &&
            (next == '\'' || next == '"' || next == '\\' || (quote == 0 && next == ' '))) {
            argument += next;
            ++position;
        } else if (quote == 0 && (c == '"' || c == '\'')) {
            quote = c;
        } else if (quote != 0 && c == quote) {
            quote = 0;
        } else {
            argument += c;
        }
    }
    if (quote != 0) return std::nullopt;
    return argument;
}

}  // namespace

std::optional<std::string> take_word(std::string_view& text) {
    std::size_t end = 0;
    while (end < text.size() && !is_white_space(text[end]) && text[end] != '"' &&
           text[end] != '=') {
        ++end;
    }
    std::string word(text.substr(0, end));
    if (end == text.size()) {
        text = {};
    } else if (text[end] == '"') {
        const std::size_t close = text.find('"', end + 1);
        if (close == std::string_view::npos) return std::nullopt;
        word.append(text.substr(end + 1, close - end - 1));
        text = skip_white_space(text.substr(close + 1));
    } else {
        const bool assigned = text[end] == '=';
        text = skip_white_space(text.substr(end + 1));
        if (!assigned && text.starts_with('=')) text = skip_white_space(text.substr(1));
    }
    return word;
}

std::optional<ConfigLine> read_config_line(std::string_view line) {
    line = without_end(line);
    const std::string_view text = skip_white_space(line);
    if (text.empty() || text.front() == '#') return std::nullopt;
    std::optional<std::string> keyword = take_word(line);
    if (keyword && keyword->empty()) keyword = take_word(line);  // leading blanks
    if (!keyword || keyword->empty() || keyword->front() == '#') return std::nullopt;
    return ConfigLine{system::lower(*keyword), skip_white_space(line)};
}

std::optional<std::vector<std::string>> split_arguments(std::string_view rest) {
    std::vector<std::string> arguments;
    std::size_t position = 0;
    while (position < rest.size()) {
        if (rest[position] == ' ' || rest[position] == '\t') {
            ++position;
            continue;
        }
        if (rest[position] == '#') break;
        std::optional<std::string> argument = take_argument(rest, position);
        if (!argument) return std::nullopt;
        arguments.push_back(std::move(*argument));
    }
    return arguments;
}

bool host_patterns_match(const std::vector<std::string>& patterns, std::string_view host) {
    bool matched = false;
    for (const std::string& pattern : patterns) {
        const std::string_view text = pattern;
        if (text.starts_with('!')) {
            if (system::matches_pattern(host, text.substr(1))) return false;
        } else if (system::matches_pattern(host, text)) {
            matched = true;
        }
    }
    return matched;
}

}  // namespace hfssh::ssh

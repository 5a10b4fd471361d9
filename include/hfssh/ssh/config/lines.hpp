#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The grammar of one line of ssh_config(5), as OpenSSH (8.7 and later) reads it. Pure.
namespace hfssh::ssh {

struct ConfigLine {
    std::string keyword;    // lower case, never empty
    std::string_view rest;  // the arguments as written, without the blanks around them
};

// None for an empty line, a comment, and a keyword whose quote does not end (which OpenSSH passes
// over, too). Keyword and arguments are apart by blanks or one "="; CR and form feed at the end
// and whatever follows a NUL don't count.
[[nodiscard]] std::optional<ConfigLine> read_config_line(std::string_view line);

// The first word of TEXT, which then starts after it: it ends at white space, at one "=", or after
// a closing quote, as keywords and the words of Match do. Nullopt if a quote does not end.
[[nodiscard]] std::optional<std::string> take_word(std::string_view& text);

// The arguments one by one: quotes and backslashes taken away, up to a "#" that begins an
// argument. None if a quote does not end: OpenSSH stops at such a line.
[[nodiscard]] std::optional<std::vector<std::string>> split_arguments(std::string_view rest);

// ssh_config(5), Host: one of the patterns matches, and none of those after a "!".
[[nodiscard]] bool host_patterns_match(const std::vector<std::string>& patterns,
                                       std::string_view host);

}  // namespace hfssh::ssh

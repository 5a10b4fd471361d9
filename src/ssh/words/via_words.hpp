#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The text of a command as git takes it (core.sshCommand, --via, HF_SSH_COMMAND), judged before
// anything of it is evaluated. Pure.
namespace hfssh::ssh {

enum class CommandShape {
    plain,       // nothing for a shell in it: words between blanks
    simple,      // one simple command with quotes, expansions or assignments
    compound,    // anything that needs a shell of its own around "$@"
    unbalanced,  // a quote, bracket or backslash that does not end
};

struct CommandScan {
    CommandShape shape = CommandShape::plain;
    std::vector<std::string_view> assignments;  // simple: the leading NAME=value words, as written
    std::string_view words;                     // plain, simple: the rest of the text
    std::string_view open;                      // unbalanced: what does not end: "'", "$(" …
};

[[nodiscard]] CommandScan scan_command(std::string_view text);

// The words of TEXT if quotes and backslashes are all that a shell would take away; nullopt if it
// would expand, assign or run anything. Pure.
[[nodiscard]] std::optional<std::vector<std::string>> literal_words(std::string_view text);

// The evaluated words, taken apart at the ssh among them.
struct CommandWords {
    std::vector<std::string> launcher;   // "nice", "env FOO=1", "torsocks"
    std::string program;                 // "ssh", a path, or a wrapper of another name
    std::vector<std::string> arguments;  // options that the user put there
    bool apart = true;  // false: the arguments are not just options, or leave a value open
};

// WORDS is not empty. The program is the first word; or a later one that is named ssh, if only
// options follow it.
[[nodiscard]] CommandWords take_apart(const std::vector<std::string>& words);

}  // namespace hfssh::ssh

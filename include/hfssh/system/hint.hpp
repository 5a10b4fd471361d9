#pragma once

#include <string>
#include <string_view>

// What can be done about a problem: the one shape of it, for hints, for the fix of a check and for
// the errors of JSON reports.
namespace hfssh::system {

// Either a command that works as it is printed, or advice for what no command can do.
struct Fix {
    std::string purpose;  // what the command is for, "make one"; may be empty
    std::string command;  // as a shell reads it: words from outside went through shell_word()
    std::string advice;

    [[nodiscard]] bool empty() const { return command.empty() && advice.empty(); }
    // "make one: git hf-ssh keys new"; the command comes last.
    [[nodiscard]] std::string text() const;
    bool operator==(const Fix&) const = default;
};

// Reads a hint in its printed form, "PURPOSE: COMMAND", a bare command, or advice. What begins with
// the name of a program that hints run counts as a command. Pure.
[[nodiscard]] Fix read_hint(std::string_view text);

// TEXT, lines of hints, for an installation that lacks git-hf-ssh: what it would do is said with
// other programs, and a line for which there is none is left out. Pure.
[[nodiscard]] std::string without_manager(std::string_view text);

// COMMAND, which runs ssh-add; preceded by the start of an agent if there is none. The second form
// looks at SSH_AUTH_SOCK, the only thing that ssh-add itself goes by.
[[nodiscard]] std::string with_agent(const std::string& command, bool has_agent);
[[nodiscard]] std::string with_agent(const std::string& command);

}  // namespace hfssh::system

#pragma once

#include <string>
#include <string_view>

namespace hfssh::system {

// Everything the user reads from us goes to standard error through these; standard output belongs
// to git. Text from outside (a file name, a server's answer) passes through printable() first, or
// shell_word() where it is a word of a command; what did not is made printable here anyway.

// Prints "hf-ssh: TEXT", one line for each line of TEXT; at a terminal several for one that would
// have more than 80 columns.
void say(std::string_view text);

// Prints "hint: TEXT" for each line of TEXT, unless hints were silenced.
void hint(std::string_view text);

// Was a hint the last that this process has said?
[[nodiscard]] bool ends_with_hint();

// hf-ssh.hints=false; errors are not silenced.
void silence_hints(bool silent);

// Whether text is coloured: as git's color.advice and color.ui say, on a terminal by default.
// NO_COLOR (no-color.org) wins. HINTS: color.advice.hint, empty if it is not set.
enum class Colour { on_terminals, never, always };
void set_colour(Colour colour, std::string_view hints = {});
[[nodiscard]] bool has_colour(int descriptor);

// TEXT with control characters, DEL, invalid UTF-8 and C1 controls written as \xNN (git quotes
// paths alike), so that nothing from outside can move a terminal's cursor or add a line.
[[nodiscard]] std::string printable(std::string_view text);

// A path as a user writes it: below their home directory with "~", otherwise as it is; printable.
[[nodiscard]] std::string display_path(std::string_view path);

// The lines of TEXT that are not blank, each of them trimmed and printable.
[[nodiscard]] std::string printable_lines(std::string_view text);

// One word as a POSIX shell reads it back: quoted only if it needs to be. For shells, and for what
// git stores; a control character stays what it is.
[[nodiscard]] std::string shell_quote(std::string_view word);

// The same for the user, who sees it and can paste it: always printable. What is not is written
// as in $'\033' (POSIX.1-2024; bash, zsh, ksh and busybox have long read it).
[[nodiscard]] std::string shell_word(std::string_view word);

// A path as a user types it into a shell: "~/.ssh/id_ed25519", "\"$HOME/.ssh/a key\"",
// "'/media/a key'"; printable.
[[nodiscard]] std::string shell_path(const std::string& path);

}  // namespace hfssh::system

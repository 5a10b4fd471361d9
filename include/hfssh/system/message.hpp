#pragma once

#include <string>
#include <string_view>

namespace hfssh::system {

// Everything a person reads from us goes to standard error through these; standard output belongs
// to git. Text from outside (a file name, a server's answer) passes through printable() first.

// Prints "hf-ssh: TEXT", one line for each line of TEXT.
void say(std::string_view text);

// Prints "hint: TEXT" for each line of TEXT, unless hints were silenced.
void hint(std::string_view text);

// hf-ssh.hints=false; errors are not silenced.
void silence_hints(bool silent);

// TEXT with control characters, DEL, invalid UTF-8 and C1 controls written as \xNN (git quotes
// paths alike), so that nothing from outside can move a terminal's cursor or add a line.
[[nodiscard]] std::string printable(std::string_view text);

// A path as a person writes it: below their home directory with "~", otherwise as it is; printable.
[[nodiscard]] std::string display_path(std::string_view path);

// One word as a POSIX shell reads it back: quoted only if it needs to be.
[[nodiscard]] std::string shell_quote(std::string_view word);

}  // namespace hfssh::system

#pragma once

#include <string>
#include <string_view>
#include <vector>

// Words of ssh's command line and configuration as a trace and a report show them: without what may
// be a password or a token. Pure; for a user and for JSON, never for a command that is run. What
// comes out is not yet printable.
namespace hfssh::ssh {

// Up to the first ':'. A URL may have a password after it, which ssh takes for part of the name.
[[nodiscard]] std::string shown_user(std::string_view user);

// "[user@]host[:port],…" of -J and ProxyJump, each user as above.
[[nodiscard]] std::string shown_jump(std::string_view jump);

// The first word of a shell's command, and "..." for all others; only "..." if the first may
// hold a password itself.
[[nodiscard]] std::string shown_command(std::string_view command);

// The words of a command that may be ssh or lead to it. SetEnv and ProxyCommand are shown without
// their value ("ProxyCommand=[…]"; "none" is kept), an assignment likewise, each user is cut, and
// what comes between a launcher and ssh is left out.
[[nodiscard]] std::vector<std::string> shown_words(const std::vector<std::string>& words);

// The same of a command that no shell has taken apart: its words are where its blanks are.
[[nodiscard]] std::string shown_text(std::string_view command);

}  // namespace hfssh::ssh

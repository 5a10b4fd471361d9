#pragma once

#include <string_view>

namespace hfssh::system {

// HF_SSH_TRACE, with git's values: 1, 2 or true is standard error, an absolute path a file that is
// appended to; 0, false, empty or unset is off. Lines are "HH:MM:SS.uuuuuu hf-ssh +1.23ms TEXT".
// Never pass a secret here: no key, no passphrase, no token.
// PROGRAM has to stay. COMPLAIN: warn about an invalid value; once is enough among
// several programs.
enum class Complain { no, yes };
void start_trace(std::string_view program, Complain complain = Complain::yes);
[[nodiscard]] bool tracing();
void trace(std::string_view text);

// The descriptor lines go to, -1 if off.
[[nodiscard]] int trace_descriptor();

}  // namespace hfssh::system

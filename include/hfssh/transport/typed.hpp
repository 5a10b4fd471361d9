#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hfssh/ssh/words/command_line.hpp"
#include "hfssh/ssh/words/underlying.hpp"

// A connection as data, first station: what one run was asked to do.
//     Typed -> Route -> Facts -> Decision -> Plan -> Ended -> Lesson
namespace hfssh::transport {

// Counts how often hf-ssh stands above itself.
inline constexpr const char* depth_variable = "HF_SSH_DEPTH";

// What the environment says of a connection; a variable that is empty counts as unset.
struct Variables {
    std::optional<std::string> identity;  // HF_SSH_IDENTITY
    std::optional<std::string> account;   // HF_SSH_ACCOUNT
    bool nobody_to_ask = false;           // GIT_TERMINAL_PROMPT and SSH_ASKPASS, see settings
    bool in_ci = false;                   // CI
};

// Everything that was said, read once. -P takes a value in newer OpenSSH only, so that every line
// has two readings: PLAIN without the value, TAGGED with it.
struct Typed {
    std::vector<std::string> arguments;  // ssh(1)'s, as they were given
    ssh::Reading plain;
    ssh::Reading tagged;
    ssh::Underlying underlying;  // the ssh below us; runs(), or lacks_ssh()
    ssh::CommandLine via;        // its own options; none where they cannot be read
    bool via_readable = true;
    bool via_ambiguous = false;  // its own options have two readings
    Variables variables;
};

// This program's own arguments: [--via COMMAND] and ssh(1)'s. Sets depth_variable. Throws a
// system::Failure for a control character before the remote command, an ssh that cannot be run
// (that there is none is no failure here: hf.co can be reached without), and a chain that leads
// back to hf-ssh again and again.
[[nodiscard]] Typed read_typed(int argc, char* const* argv);

// The same for the words that git would pass.
[[nodiscard]] Typed read_typed(const std::optional<std::string>& via,
                               std::vector<std::string> arguments);

// Why UNDERLYING cannot be run, and what helps: throws a system::Failure. Only where it does not
// run().
[[noreturn]] void report_unusable(const ssh::Underlying& underlying);

}  // namespace hfssh::transport

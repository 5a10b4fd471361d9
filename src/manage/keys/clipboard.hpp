#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hfssh/identity/agent.hpp"
#include "hfssh/manage/context/outlook.hpp"

// Text for the clipboard: of the desktop, of macOS or Windows, or of whatever shows the terminal.
namespace hfssh::manage {

// The commands that could do it in this session, best first, whether or not they are installed.
// Pure.
[[nodiscard]] std::vector<std::vector<std::string>> clipboard_commands(
    identity::Environment environment);

// What asks the terminal to do it (xterm's OSC 52), through tmux or screen where one is in between;
// empty where TERM is one that could not. Pure.
[[nodiscard]] std::string terminal_copy(std::string_view text, identity::Environment environment);

struct Copied {
    enum class How { tool, terminal, not_copied };
    How how = How::not_copied;
    std::string tool;  // "wl-copy"
};

// Each command has two seconds. Whether a terminal did it can't be known.
[[nodiscard]] Copied copy(std::string_view text, const Surroundings& surroundings);

}  // namespace hfssh::manage

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hfssh/identity/agent.hpp"
#include "hfssh/manage/context/surroundings.hpp"

namespace hfssh::manage {

// The commands that could open URL in this session, best first, whether or not they are installed:
// those of $BROWSER (a list with ':', "%s" for the URL), then the system's. None without a display.
// MACOS: this is one. Pure.
[[nodiscard]] std::vector<std::vector<std::string>> browser_commands(
    const std::string& url, identity::Environment environment, bool macos);

// Opens it, and does not wait for the browser. Returns the program that opened it ("xdg-open");
// empty if none could.
[[nodiscard]] std::string open_page(const std::string& url, const Surroundings& surroundings);

// The commands that could copy to the clipboard in this session, best first, whether or not they
// are installed. Pure.
[[nodiscard]] std::vector<std::vector<std::string>> clipboard_commands(
    identity::Environment environment);

// The sequence that asks the terminal to do it (xterm's OSC 52), through tmux or screen if one is
// in between; empty for a TERM that cannot. Pure.
[[nodiscard]] std::string terminal_copy(std::string_view text, identity::Environment environment);

struct Copied {
    enum class How { tool, terminal, not_copied };
    How how = How::not_copied;
    std::string tool;  // "wl-copy"
};

// Each command has two seconds. Whether a terminal copied it cannot be known.
[[nodiscard]] Copied copy(std::string_view text, const Surroundings& surroundings);

}  // namespace hfssh::manage

#pragma once

#include <string>
#include <vector>

#include "hfssh/identity/agent.hpp"
#include "hfssh/manage/context/outlook.hpp"

namespace hfssh::manage {

// The commands that could open URL for the person in this session, best first, whether or not they
// are installed: those of $BROWSER (a list with ':', "%s" for the URL), then the system's. None
// where there is no display. MACOS: this is one. Pure.
[[nodiscard]] std::vector<std::vector<std::string>> browser_commands(
    const std::string& url, identity::Environment environment, bool macos);

// Opens it, and does not wait for the browser. Returns what opened it ("xdg-open"), empty where
// nothing could.
[[nodiscard]] std::string open_page(const std::string& url, const Surroundings& surroundings);

}  // namespace hfssh::manage

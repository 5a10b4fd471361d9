#pragma once

#include <string>
#include <string_view>

#include "hfssh/manage/context/outlook.hpp"

namespace hfssh::manage {

enum class Added {
    added,
    no_agent,     // none is in use
    unreachable,  // it gave no list of its keys
    declined,     // it, or ssh-add, or the person, did not go on
};
// "added", "no-agent" … for a program.
[[nodiscard]] std::string_view name_of(Added added);

// Gives the private file PATH to the agent that ssh would ask, by ssh-add(1), which asks for the
// passphrase itself where there is one (ENCRYPTED: at the terminal). Says what came of it.
[[nodiscard]] Added add_to_agent(const std::string& path, bool encrypted, const Outlook& outlook,
                                 const Surroundings& surroundings);

}  // namespace hfssh::manage

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hfssh/ssh/config/resolved.hpp"

// The allow-list: which of the person's own settings go over into the closed configuration, and
// how each is written. HostName, Port, User and the proxy are the caller's. Pure.
namespace hfssh::ssh {

struct CarriedSetting {
    std::string keyword;
    std::optional<std::string> option;  // "Keyword=value" for -o; none: it cannot be written
};

// In the order of the list; only what this ssh printed.
[[nodiscard]] std::vector<CarriedSetting> carried_settings(const Resolved& resolved);

}  // namespace hfssh::ssh

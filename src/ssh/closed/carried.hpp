#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hfssh/ssh/closed/configuration.hpp"

// The allow-list: which of the user's own settings go into the closed configuration, and how each
// is written. HostName, Port, User and the proxy are the caller's. Pure, but for a look at the
// files of RevokedHostKeys.
namespace hfssh::ssh {

struct CarriedSetting {
    std::string keyword;
    std::optional<std::string> option;  // "Keyword=value" for -o; nullopt: it cannot be written
    bool harmless = false;              // to leave out
};

// The keywords of the list, which the manual names too.
[[nodiscard]] std::vector<std::string_view> carried_keywords();

// In the order of the list.
[[nodiscard]] std::vector<CarriedSetting> carried_settings(const ClosedRequest& request);

}  // namespace hfssh::ssh

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "hfssh/ssh/config/lines.hpp"

// One line of ssh_config(5) that sets something the native transport honours, checked as ssh checks
// it. Pure, but for the names of ports and the variables of an IdentityAgent.
namespace hfssh::ssh {

struct SettingLine {
    std::string keyword;  // as `ssh -G` prints it
    // As it prints them; several for SendEnv and SetEnv alone. Empty where the line is as good as
    // not there ("ConnectTimeout none"). Raw are HostName, IdentityAgent and lists of algorithms,
    // which depend on the other settings or on defaults.
    std::vector<std::string> values;
};

// Why ssh stops at such a line: "Port: no such port".
struct BadSetting {
    std::string text;
};

// Nothing for a keyword that is not one of them.
using SettingReading = std::variant<std::monostate, SettingLine, BadSetting>;

[[nodiscard]] SettingReading read_setting(const ConfigLine& line);

// "1m30s", "90", "2h" -> seconds. None for what is no time.
[[nodiscard]] std::optional<int> read_seconds(std::string_view text);

// The keywords that `ssh -G` prints, in an order that it may print them in, and what it prints
// where nothing is set (nothing, where that is empty): user, hostname and port excepted.
struct PrintedSetting {
    std::string keyword;
    std::string fallback;
};
[[nodiscard]] const std::vector<PrintedSetting>& printed_settings();

}  // namespace hfssh::ssh

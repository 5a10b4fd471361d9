#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hfssh::repository {

// One line of git's configuration, in the order in which git reads it: of several that are meant to
// be one, the last counts.
struct ConfigEntry {
    std::string key;  // as git prints it: "remote.Name.url"; only the middle keeps its case
    std::string value;
};
using Configuration = std::vector<ConfigEntry>;

// What `git config --null --list` prints. Pure.
[[nodiscard]] Configuration read_config_list(std::string_view text);

// The middle of "remote.<name>.url", for SECTION "remote" and VARIABLE "url"; empty if KEY is
// another.
[[nodiscard]] std::string_view subsection(std::string_view key, std::string_view section,
                                          std::string_view variable);

// The last value of KEY; null if there is none.
[[nodiscard]] const std::string* last_value(const Configuration& configuration,
                                            std::string_view key);

// Why libgit2 has not opened a repository of this CONFIGURATION, for the user; MESSAGE is its own
// message. Pure.
[[nodiscard]] std::string why_not_opened(const Configuration& configuration,
                                         const std::string& message);

}  // namespace hfssh::repository

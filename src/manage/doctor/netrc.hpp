#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hfssh::manage {

// The hosts that a netrc file (netrc(5): machine NAME login … password …) has something for, in its
// order; comments and macro definitions are passed over. Pure.
[[nodiscard]] std::vector<std::string> netrc_hosts(std::string_view text);

}  // namespace hfssh::manage

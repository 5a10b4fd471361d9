#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace hfssh::manage {

// The one of NAMES that WORD was probably meant to be: one that begins with it, or differs by a
// slip or two of the fingers. Pure.
[[nodiscard]] std::optional<std::string_view> nearest(std::string_view word,
                                                      const std::vector<std::string_view>& names);

}  // namespace hfssh::manage

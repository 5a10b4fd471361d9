#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hfssh::manage {

// "SHA256:" and what 32 bytes make in base64, without padding. None for anything else. Pure.
[[nodiscard]] std::optional<std::string> normal_fingerprint(std::string_view text);

// What hf-ssh.<pattern>.identity may have for a pattern (see hub::patterns_for), without a leading
// slash and ".git". None for what would never match a repository. Pure.
[[nodiscard]] std::optional<std::string> normal_pattern(std::string_view text);

}  // namespace hfssh::manage

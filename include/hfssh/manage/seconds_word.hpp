#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace hfssh::manage {

inline constexpr std::chrono::seconds default_wait{600};

// The SECONDS of --timeout: whole ones, from 1 to a day. Throws a UsageError. Pure.
[[nodiscard]] std::chrono::seconds read_seconds(const std::optional<std::string>& text,
                                                std::chrono::seconds otherwise);

}  // namespace hfssh::manage

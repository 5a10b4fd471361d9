#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace hfssh::manage {

inline constexpr std::chrono::seconds default_wait{600};

// The SECONDS of --timeout: whole ones, from 1 to a day. Throws a UsageError. Pure.
[[nodiscard]] std::chrono::seconds read_seconds(const std::optional<std::string>& text,
                                                std::chrono::seconds otherwise);

// How long --wait waits, by the --timeout beside it. Throws a UsageError also for one without it.
[[nodiscard]] std::chrono::seconds read_wait_limit(const std::optional<std::string>& timeout,
                                                   bool waits);

}  // namespace hfssh::manage

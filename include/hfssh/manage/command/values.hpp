#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

// The values that several verbs take on their command lines.
namespace hfssh::manage {

// "SHA256:" and 32 bytes in base64, without padding. Returns nullopt for anything else. Pure.
[[nodiscard]] std::optional<std::string> normal_fingerprint(std::string_view text);

// The pattern of hf-ssh.<pattern>.identity (see hub::patterns_for), without a leading slash and
// ".git". Returns nullopt for a pattern that would match no repository. Pure.
[[nodiscard]] std::optional<std::string> normal_pattern(std::string_view text);

inline constexpr std::chrono::seconds default_wait{600};

// The SECONDS of --timeout: a whole number from 1 to a day. Throws a UsageError. Pure.
[[nodiscard]] std::chrono::seconds read_seconds(const std::optional<std::string>& text,
                                                std::chrono::seconds otherwise);

// How long --wait waits, by the --timeout given with it. Throws a UsageError also for a --timeout
// without --wait.
[[nodiscard]] std::chrono::seconds read_wait_limit(const std::optional<std::string>& timeout,
                                                   bool waits);

}  // namespace hfssh::manage

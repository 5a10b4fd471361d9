#pragma once

#include <string>
#include <string_view>

namespace hfssh::system {

// HMAC-SHA1, 20 raw bytes: what known_hosts(5) hides a host's name with (HashKnownHosts).
[[nodiscard]] std::string hmac_sha1(std::string_view key, std::string_view text);

}  // namespace hfssh::system

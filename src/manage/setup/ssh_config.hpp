#pragma once

#include <optional>
#include <string>
#include <string_view>

// The block for plain ssh, and the line that includes it in ~/.ssh/config. Pure.
namespace hfssh::manage {

// For HELPER, libexec/hf-ssh/known-hosts. GSSAPI: this ssh has the GSSAPIKeyExchange of
// distributions, which would verify no host key. Returns nullopt for a path that ssh_config(5)
// cannot hold.
[[nodiscard]] std::optional<std::string> ssh_block(std::string_view helper, bool gssapi);

// Does TEXT begin as a block of ours does, of whatever version?
[[nodiscard]] bool is_ssh_block(std::string_view text);

// CONFIG with the include at its top; unchanged if it has it.
[[nodiscard]] std::string with_include(std::string_view config);

// CONFIG without the lines that with_include() adds; every other line stays as it is.
[[nodiscard]] std::string without_include(std::string_view config);

}  // namespace hfssh::manage

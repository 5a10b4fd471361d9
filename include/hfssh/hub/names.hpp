#pragma once

#include <string_view>

namespace hfssh::hub {

inline constexpr std::string_view host = "hf.co";

// Where the user adds the public half of a key to their account.
inline constexpr std::string_view key_page = "https://huggingface.co/settings/keys";

// hf.co and huggingface.co, any letter case, with or without a trailing dot. Not ssh.hf.space,
// ssh.hf.jobs or www.hf.co: those are other hosts, with other keys.
[[nodiscard]] bool is_hub_name(std::string_view name);

}  // namespace hfssh::hub

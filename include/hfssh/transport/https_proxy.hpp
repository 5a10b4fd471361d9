#pragma once

#include <string>
#include <string_view>

// A port that is shut, and a proxy that the user has for HTTPS: ssh can go through it, but only if
// its configuration says so.
namespace hfssh::transport {

// The hint for the proxy URL, a value of https_proxy, and TOOL, the program that can speak to it:
// "nc", "ncat", "socat", "connect-proxy", or "" if none is installed. A command that adds the
// ProxyCommand to ~/.ssh/config, or in words why there is none: never a password, nor a line that
// cannot work. Empty if URL is nothing of the kind. Pure.
[[nodiscard]] std::string proxy_hint(std::string_view url, std::string_view tool);

// Does LIST, a value of no_proxy, exempt hf.co? As curl, and so git, reads it. Pure.
[[nodiscard]] bool exempts_hub(std::string_view list);

// The same for this environment; empty if it has no proxy for hf.co.
[[nodiscard]] std::string proxy_hint_here();

// The command that puts "Host hf.co huggingface.co" with LINE ("AddressFamily inet") at the end of
// the user's ssh configuration. Pure.
[[nodiscard]] std::string configure_command(const std::string& line);

}  // namespace hfssh::transport

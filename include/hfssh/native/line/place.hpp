#pragma once

#include <chrono>
#include <string>
#include <variant>

#include "hfssh/transport/endpoint.hpp"

namespace hfssh::native {

// Where to connect, and how. What ssh_config(5) calls each of these is in brackets.
struct Place {
    enum class Family { any, ipv4, ipv6 };
    std::string host;                        // a name or an address (HostName)
    std::string port = "22";                 // a number
    Family family = Family::any;             // AddressFamily, -4, -6
    std::string bind_address = {};           // BindAddress; empty: any
    std::string bind_interface = {};         // BindInterface; empty: any
    std::chrono::seconds connect_timeout{};  // ConnectTimeout; zero: the caller's deadline alone
    // ProxyCommand for a shell, with its tokens expanded; empty: a direct connection. A ProxyJump
    // has become one already. HOST is then looked up by whoever the command asks, not here.
    std::string proxy_command = {};
    bool proxy_passes_socket = false;  // ProxyUseFdpass
    // A session's: the command has our terminal and standard error, and may ask there or by
    // SSH_ASKPASS, in batch mode too, all as with ssh(1). A check's does not: several may run at
    // once, and none is worth a prompt.
    bool proxy_may_ask = false;

    [[nodiscard]] bool has_proxy() const { return !proxy_command.empty(); }
};

// A setting that cannot be carried out; TEXT is for the user: "ProxyCommand: unknown token %q".
struct PlaceProblem {
    std::string text;
};

// Where hf-ssh would connect: what `ssh -G` said, and ENDPOINT decided.
[[nodiscard]] std::variant<Place, PlaceProblem> place_of(const transport::Endpoint& endpoint);

// What the tokens of ssh_config(5) stand for in a ProxyCommand.
struct ProxyTokens {
    std::string host;            // %h: after HostName
    std::string original_host;   // %n: as typed
    std::string host_key_alias;  // %k
    std::string port;            // %p
    std::string user;            // %r
};

// RAW with its tokens expanded. Pure.
[[nodiscard]] std::variant<std::string, PlaceProblem> expand_proxy_command(
    const std::string& raw, const ProxyTokens& tokens);

}  // namespace hfssh::native

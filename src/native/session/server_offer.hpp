#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

// What an SSH server says in clear before anything is agreed on: its version line (RFC 4253 section
// 4.2) and SSH_MSG_KEXINIT (section 7.1). Pure.
namespace hfssh::native {

struct ServerOffer {
    std::string version;  // its line without the line's end, as it came: "SSH-2.0-OpenSSH_9.2"
    std::string kexinit;  // the payload of its SSH_MSG_KEXINIT
    std::vector<std::string> key_exchanges;        // in the server's order, as they came
    std::vector<std::string> host_key_algorithms;  // likewise
    std::size_t length = 0;  // of what was read: what follows belongs to the key exchange
};

enum class OfferProblem {
    incomplete,    // more has to come
    not_ssh,       // too much, or too long a line, before a version line
    old_protocol,  // SSH 1
    disconnected,  // SSH_MSG_DISCONNECT instead
    broken,        // a packet that is none, or not the right one
};

// RECEIVED is all that came so far, from the first byte.
[[nodiscard]] std::variant<ServerOffer, OfferProblem> read_server_offer(std::string_view received);

// No server needs more to make its offer: whoever has read that much can stop.
inline constexpr std::size_t longest_offer = 128 * 1024;

// For a person, no full stop: "what answers is not an SSH server".
[[nodiscard]] std::string_view describe(OfferProblem problem);

// One type of host key, and with which signature algorithms the server offers it, in its order:
// rsa-sha2-512, rsa-sha2-256 and ssh-rsa are one type, "ssh-rsa".
struct OfferedType {
    std::string type;  // that of the key's blob; the algorithm's own name where we don't know it
    std::vector<std::string> algorithms;
    bool is_certificate = false;  // a host key with a certificate, which hf-ssh never asks for
    bool is_known = true;
};

// In the server's order.
[[nodiscard]] std::vector<OfferedType> offered_types(const std::vector<std::string>& algorithms);

}  // namespace hfssh::native

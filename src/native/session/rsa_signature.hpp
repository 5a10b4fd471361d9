#pragma once

#include <optional>
#include <string_view>

// What a server answers in a key exchange, and whether it proves that it has an RSA key. Pure.
namespace hfssh::native {

// SSH_MSG_KEX_ECDH_REPLY (RFC 5656 section 4). Views of what was read.
struct KexReply {
    std::string_view host_key;
    std::string_view server_public;
    std::string_view signature;
};
[[nodiscard]] std::optional<KexReply> read_kex_reply(std::string_view payload);

// Is SIGNATURE (RFC 8332 section 3: algorithm and number), made with ALGORITHM, one of DATA by the
// RSA key in the blob HOST_KEY? Moduli of more than 16384 bits are not tried.
[[nodiscard]] bool is_rsa_signature(std::string_view algorithm, std::string_view host_key,
                                    std::string_view data, std::string_view signature);

}  // namespace hfssh::native

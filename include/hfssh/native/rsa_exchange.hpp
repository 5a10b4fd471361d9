#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "hfssh/native/addresses.hpp"
#include "hfssh/native/stream.hpp"

// libssh2 before 1.11 asks for an RSA host key only with SHA-1 signatures, which servers do not
// make any more. So the first half of a key exchange, as far as the server's proof, is made here:
// curve25519-sha256 (RFC 8731) with rsa-sha2-512 or rsa-sha2-256 (RFC 8332). Nothing follows it.
namespace hfssh::native {

// SSH_MSG_KEX_ECDH_REPLY (RFC 5656 section 4). Views of what was read.
struct KexReply {
    std::string_view host_key;
    std::string_view server_public;
    std::string_view signature;
};
// Pure.
[[nodiscard]] std::optional<KexReply> read_kex_reply(std::string_view payload);

// Is SIGNATURE (RFC 8332 section 3: algorithm and number), made with ALGORITHM, one of DATA by the
// RSA key in the blob HOST_KEY? Moduli of more than 16384 bits are not tried. Pure.
[[nodiscard]] bool is_rsa_signature(std::string_view algorithm, std::string_view host_key,
                                    std::string_view data, std::string_view signature);

struct RsaExchange {
    std::string host_key;  // the blob that was presented; empty where it did not come to that
    bool proven = false;
    std::string problem;  // for a person, printable; empty where proven
};
[[nodiscard]] RsaExchange ask_for_rsa_key(Stream& stream, Deadline deadline, const GiveUp& give_up);

}  // namespace hfssh::native

#pragma once

#include <string>

#include "hfssh/native/line/addresses.hpp"
#include "hfssh/native/line/stream.hpp"

// libssh2 before 1.11 asks for an RSA host key only with SHA-1 signatures, which servers do not
// make any more. So the first half of a key exchange, as far as the server's proof, is made here:
// curve25519-sha256 (RFC 8731) with rsa-sha2-512 or rsa-sha2-256 (RFC 8332). Nothing follows it.
namespace hfssh::native {

struct RsaExchange {
    std::string host_key;  // the blob that was presented; empty where it did not come to that
    bool proven = false;
    std::string problem;  // for a person, printable; empty where proven
};
[[nodiscard]] RsaExchange ask_for_rsa_key(Stream& stream, Deadline deadline, const GiveUp& give_up);

}  // namespace hfssh::native

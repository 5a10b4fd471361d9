#pragma once

#include <string>

#include "hfssh/identity/public_key.hpp"
#include "hfssh/identity/wire.hpp"

namespace hfssh::test {

// An Ed25519 public key made of NUMBER, and of nothing that could sign.
inline identity::PublicKey numbered_key(unsigned number) {
    const std::string digits = std::to_string(number);
    return *identity::read_public_key(
        identity::wire_string("ssh-ed25519") +
        identity::wire_string(std::string(32 - digits.size(), '.') + digits));
}

}  // namespace hfssh::test

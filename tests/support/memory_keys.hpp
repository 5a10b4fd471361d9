#pragma once

#include <string>

#include "hfssh/hub/wire.hpp"
#include "hfssh/identity/public_key.hpp"

namespace hfssh::test {

// An Ed25519 public key made of NUMBER, and of nothing that could sign.
inline identity::PublicKey numbered_key(unsigned number) {
    const std::string digits = std::to_string(number);
    return *identity::read_public_key(
        hub::wire_string("ssh-ed25519") +
        hub::wire_string(std::string(32 - digits.size(), '.') + digits));
}

}  // namespace hfssh::test

#pragma once

#include <string>
#include <vector>

#include "hfssh/identity/public_key.hpp"

namespace hfssh::transport {

// The public keys in the token of a PKCS#11 module, as `ssh-keygen -D PROVIDER` lists them. Ten
// seconds at most; empty, and a word about it, where the module gives none. Only who configured a
// PKCS11Provider pays for it.
[[nodiscard]] std::vector<identity::PublicLine> token_keys(const std::string& provider);

}  // namespace hfssh::transport

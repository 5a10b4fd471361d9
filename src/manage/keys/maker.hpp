#pragma once

#include <string>

#include "hfssh/manage/context/surroundings.hpp"

namespace hfssh::manage {

struct KeyOrder {
    std::string path;        // absolute; empty means ~/.ssh/id_ed25519
    std::string comment;     // empty means ssh-keygen's own, user@host
    bool passphrase = true;  // ssh-keygen asks for it at the terminal; we never see it
};

// Makes both files, or neither: they are made in a private directory and put in place when they are
// complete, never over a file. The type is Ed25519, or what this ssh-keygen makes instead (in FIPS
// mode, an old one); the name of the default file follows it. ~/.ssh is made if it is missing.
// Returns the path of the private file; empty if a signal told us to end, and then there is no key.
// Throws a system::Failure.
[[nodiscard]] std::string make_key(const KeyOrder& order, const Surroundings& surroundings);

// A path that is free, with its .pub, made from one that is taken: "~/.ssh/id_ed25519_hf".
[[nodiscard]] std::string free_path(const std::string& taken);

}  // namespace hfssh::manage

#pragma once

#include <string>

#include "hfssh/manage/context/outlook.hpp"

// A new key pair, made by ssh-keygen(1).
namespace hfssh::manage {

struct KeyOrder {
    std::string path;        // absolute; empty: ~/.ssh/id_ed25519
    std::string comment;     // empty: ssh-keygen's own, user@host
    bool passphrase = true;  // ssh-keygen asks for it at the terminal; we never see it
};

// Both files, or neither: they are made in a private directory and put in place when they are
// whole, and only where nothing stands yet. The type is Ed25519, or what this ssh-keygen makes
// instead (a FIPS machine, an old one); the name of the default file follows it. ~/.ssh is made
// where it is missing. Returns the private file's path; empty where a signal told us to end, and
// then there is no key. Throws a system::Failure.
[[nodiscard]] std::string make_key(const KeyOrder& order, const Surroundings& surroundings);

// A path of which neither it nor its .pub is there, made from one that is taken:
// "~/.ssh/id_ed25519_hf".
[[nodiscard]] std::string free_path(const std::string& taken);

}  // namespace hfssh::manage

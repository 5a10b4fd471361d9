#pragma once

#include <string>

#include "hfssh/identity/public_key.hpp"
#include "hfssh/native/session/unusable.hpp"
#include "hfssh/transport/order.hpp"
#include "library.hpp"

namespace hfssh::native {

// The one identity, and what signs with it: the agent or a file.
struct Credential {
    std::optional<identity::PublicKey> key;  // none if an encrypted PEM file keeps it to itself
    std::string path;                        // the private file, or the .pub of a key in the agent
    bool in_agent = false;
    bool encrypted = false;  // the file, if the agent does not sign
};

// Looks at the key of ORDER, before anything is connected. Throws an Unusable for a key that
// libssh2 cannot sign with: a hardware key, one in a token, RSA if it knows only SHA-1, or a
// file that is no private key.
[[nodiscard]] Credential find_credential(const transport::Order& order);

// How a key is to be called in a message: "~/.ssh/id_ed25519", "SHA256:…".
[[nodiscard]] std::string name_of(const Credential& credential);

enum class Authenticated {
    yes,
    denied,        // by the server, or no passphrase was given
    disconnected,  // the line broke, or the server hung up or kept silent
};

// Logs in with it, after the host key was verified. A passphrase is asked for by the key's name,
// three times at most, and never in batch mode.
[[nodiscard]] Authenticated authenticate(LibrarySession& session, const transport::Order& order,
                                         const Credential& credential);

}  // namespace hfssh::native

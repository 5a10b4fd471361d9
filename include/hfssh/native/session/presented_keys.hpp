#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hfssh/hub/server_key.hpp"
#include "hfssh/native/line/addresses.hpp"
#include "hfssh/native/line/place.hpp"

namespace hfssh::native {

// A host key that the server offers, and what came of asking for it.
struct PresentedKey {
    enum class Outcome {
        proven,       // presented, and the server signed the key exchange with it
        presented,    // presented, but the proof was not checked, or is one of SHA-1: TEXT says so
        not_checked,  // offered, but of a type that nobody here can ask for (a certificate, too)
        unreadable,   // what was presented is no key in its one canonical form
        false_proof,  // presented with a signature that is not of that key, or the line broke there
        failed,       // the connection did not get that far
    };
    Outcome outcome = Outcome::failed;
    std::string type;  // "ssh-ed25519"; of RSA "ssh-rsa", whatever it signs with. Not printable
    std::optional<hub::ServerKey> key;  // proven, presented, false_proof
    std::string text;                   // why not, for a person, printable; empty where proven
};

struct PresentedKeys {
    // Of the first connection, which asks what is offered. Without `connected` there are no keys.
    Reach reach = Reach::failed;
    // Why there are no keys, for a person, printable: empty where there are. Also of a server that
    // was reached, but is none of SSH.
    std::string problem;
    std::string peer;                // who answered: "192.0.2.1 port 22", "ProxyCommand"
    std::string version;             // its version line, printable
    std::vector<PresentedKey> keys;  // one for each type offered, in the server's order
};

// Connects once to see which types of host key the server offers, and then once for each, side by
// side; through a ProxyCommand, which asks nobody for anything, one after another. Nothing of the
// person's is sent: neither a user name nor a key. Ends at DEADLINE; ten seconds are plenty.
[[nodiscard]] PresentedKeys look_at_presented_keys(const Place& place, Deadline deadline,
                                                   const GiveUp& give_up = {});

}  // namespace hfssh::native

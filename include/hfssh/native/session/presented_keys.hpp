#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hfssh/hub/server_key.hpp"
#include "hfssh/native/line/addresses.hpp"
#include "hfssh/transport/order.hpp"

// Which host keys a server presents, for `git hf-ssh host-keys` and doctor. The installed ssh is
// asked if there is one (manage/hostkeys/asking.hpp), and libssh2 otherwise: here.
namespace hfssh::native {

// A type of host key, and the signature algorithms with which it is asked for: ssh_config(5),
// HostKeyAlgorithms.
struct AskedType {
    std::string_view type;
    std::string_view algorithms;
};
inline constexpr auto askable_types = std::to_array<AskedType>({
    {"ssh-ed25519", "ssh-ed25519"},
    {"ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256"},
    {"ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384"},
    {"ecdsa-sha2-nistp521", "ecdsa-sha2-nistp521"},
    {"ssh-rsa", "rsa-sha2-512,rsa-sha2-256"},
});

// What one connection showed that asked for keys of one type only.
struct PresentedKey {
    enum class Outcome {
        proven,       // presented, and the server signed the key exchange with it
        presented,    // presented, but refused before the signature was checked
        not_checked,  // this machine cannot ask for the type
        unreadable,   // what was presented is not a key in its one canonical form
        false_proof,  // presented with a signature that is not of that key
        not_offered,  // the server has no key of that type
        failed,       // the connection did not get that far
    };
    Outcome outcome = Outcome::failed;
    std::string type;                   // AskedType::type
    std::optional<hub::ServerKey> key;  // proven, presented, false_proof
    std::string text;                   // why not; printable, empty if proven
    std::string key_exchange;           // "mlkem768x25519-sha256"; empty if there was none
};

struct PresentedKeys {
    bool reached = false;            // something answered there, whether or not it speaks SSH
    std::string problem;             // printable: why no key could be asked for; empty if one was
    std::vector<PresentedKey> keys;  // one for each type that was asked for, in that order;
                                     // empty if there is a problem
    bool helper_not_run = false;     // the problem: it is the ssh that is run, not the server
};

// KEYS, or the problem if none of them could be asked for. Pure.
[[nodiscard]] PresentedKeys summarise(std::vector<PresentedKey> keys, bool reached);

// Asks with libssh2, one connection for each of TYPES: side by side, or one after another through a
// ProxyCommand (a bastion that logs in several times at once may take that for an attack). Neither
// a user name nor a key is sent. Ends at DEADLINE.
[[nodiscard]] PresentedKeys look_at_presented_keys(const Place& place,
                                                   const std::vector<AskedType>& types,
                                                   Deadline deadline, const GiveUp& give_up = {});
// The same for every type.
[[nodiscard]] PresentedKeys look_at_presented_keys(const Place& place, Deadline deadline,
                                                   const GiveUp& give_up = {});

}  // namespace hfssh::native

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hfssh/hub/trusted_set.hpp"
#include "hfssh/manage/report/report.hpp"
#include "hfssh/native/session/presented_keys.hpp"
#include "hfssh/transport/facts.hpp"

// Which host keys hf.co, or whatever answers for it, presents.
namespace hfssh::manage {

// Where to ask: what transport/ has found out. All of it outlives the question.
struct HubLine {
    const transport::Typed& typed;
    const transport::Endpoint& endpoint;
    transport::Wire wire = transport::Wire::openssh;
};

// Every type, and those with a key that SET knows, of which DSA is never asked for.
[[nodiscard]] std::vector<native::AskedType> every_type();
[[nodiscard]] std::vector<native::AskedType> types_of(const hub::TrustedSet& set);

// One connection for each of TYPES, by the path that git's connections take: the installed ssh with
// our closed configuration, our helper judging, and HostKeyAlgorithms of that type alone. No
// identity is offered, and no user name is sent before the host key was found trusted and proven.
// If there is no such ssh, or it cannot report (older than 8.5, no /proc), libssh2 is asked. SET is
// what the helper trusts. Ends at DEADLINE, or as soon as GIVE_UP says so.
[[nodiscard]] native::PresentedKeys ask_for_host_keys(const HubLine& line,
                                                      const hub::TrustedSet& set,
                                                      const std::vector<native::AskedType>& types,
                                                      native::Deadline deadline,
                                                      const native::GiveUp& give_up = {});

// What `ssh -v` printed, as far as it is read here. Pure.
struct SshOutput {
    bool connected = false;       // something answered at the address
    bool presented = false;       // the server presented a key
    std::string key_exchange;     // "kex: algorithm: NAME"
    bool authenticating = false;  // it ended at the login, so the host key was proven before
    bool not_offered = false;     // the server has no key of the type
    std::string last;             // the last line for the user, printable
};
[[nodiscard]] SshOutput read_ssh_output(std::string_view text);

// Is this a key exchange that a quantum computer could not undo later?
[[nodiscard]] bool is_post_quantum(std::string_view key_exchange);

// The check "host-keys": every host key that was presented, against the trusted set. ALGORITHMS are
// those that ssh would ask for, best first (ssh_config(5), HostKeyAlgorithms): what they lead to
// decides whether a revoked key is in use. Pure.
[[nodiscard]] Check judge_host_keys(const native::PresentedKeys& presented,
                                    const hub::TrustedSet& trusted,
                                    const std::vector<std::string>& algorithms);

}  // namespace hfssh::manage

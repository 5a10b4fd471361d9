#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "hfssh/hub/trusted_set.hpp"

// What plain ssh believes of hf.co: its own known_hosts files, which hf-ssh does not read.
namespace hfssh::manage {

// A line that leads plain ssh astray.
struct OldLine {
    std::size_t number = 0;  // from 1
    // The name under which `ssh-keygen -R` takes the line away: "hf.co", "[hf.co]:2222". Empty
    // where that would not do, or would take more: a marker, a pattern.
    std::string name;
    std::string text;  // printable: "a DSA key, too weak to prove anything"
};

struct PlainKnownHosts {
    std::size_t good = 0;  // lines for hf.co with a key that hf-ssh would trust, too
    std::vector<OldLine> old;
};

// The lines of TEXT that count for one of NAMES, in lower case as ssh looks them up ("hf.co",
// "[hf.co]:2222"); patterns and hashed names included (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). Lines
// that ssh cannot read are passed over, as ssh does. Pure.
[[nodiscard]] PlainKnownHosts read_plain_known_hosts(std::string_view text,
                                                     const std::vector<std::string>& names,
                                                     const hub::TrustedSet& trusted);

}  // namespace hfssh::manage

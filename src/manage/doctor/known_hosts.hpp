#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hfssh::manage {

// A line of a known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT) that counts for a host.
struct KnownHostsLine {
    std::size_t number = 0;  // from 1
    std::string marker;      // "@revoked", "@cert-authority", or empty
    std::string type;
    std::string base64;
    // The host for which `ssh-keygen -R` removes the line; empty if it would not do so, or would
    // remove more: a marker, a pattern.
    std::string name;
};

// The OUTPUT of `ssh-keygen -F NAME`. Pure.
[[nodiscard]] std::vector<KnownHostsLine> read_found_lines(std::string_view output,
                                                           const std::string& name);

}  // namespace hfssh::manage

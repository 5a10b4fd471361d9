#include "algorithm_list.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "hfssh/system/text.hpp"

namespace hfssh::ssh {
namespace {

struct Defaults {
    std::string_view keyword;
    std::string_view names;
    bool given = false;  // also where nothing is set
};

constexpr auto known_defaults = std::to_array<Defaults>({
    {"hostkeyalgorithms",
     "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,rsa-sha2-512,"
     "rsa-sha2-256",
     true},
    {"kexalgorithms",
     "sntrup761x25519-sha512@openssh.com,curve25519-sha256,curve25519-sha256@libssh.org,"
     "ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521,"
     "diffie-hellman-group-exchange-sha256,diffie-hellman-group16-sha512,"
     "diffie-hellman-group18-sha512,diffie-hellman-group14-sha256"},
    {"ciphers",
     "chacha20-poly1305@openssh.com,aes128-ctr,aes192-ctr,aes256-ctr,aes128-gcm@openssh.com,"
     "aes256-gcm@openssh.com"},
    {"macs",
     "umac-64-etm@openssh.com,umac-128-etm@openssh.com,hmac-sha2-256-etm@openssh.com,"
     "hmac-sha2-512-etm@openssh.com,hmac-sha1-etm@openssh.com,umac-64@openssh.com,"
     "umac-128@openssh.com,hmac-sha2-256,hmac-sha2-512,hmac-sha1"},
    {"pubkeyacceptedalgorithms",
     "ssh-ed25519-cert-v01@openssh.com,ecdsa-sha2-nistp256-cert-v01@openssh.com,"
     "ecdsa-sha2-nistp384-cert-v01@openssh.com,ecdsa-sha2-nistp521-cert-v01@openssh.com,"
     "sk-ssh-ed25519-cert-v01@openssh.com,sk-ecdsa-sha2-nistp256-cert-v01@openssh.com,"
     "rsa-sha2-512-cert-v01@openssh.com,rsa-sha2-256-cert-v01@openssh.com,ssh-ed25519,"
     "ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,sk-ssh-ed25519@openssh.com,"
     "sk-ecdsa-sha2-nistp256@openssh.com,rsa-sha2-512,rsa-sha2-256",
     true},
});

using Names = std::vector<std::string>;

Names without(std::string_view defaults, std::string_view patterns) {
    const std::vector<std::string_view> gone = system::split(patterns, ',');
    Names left;
    for (const std::string_view name : system::split(defaults, ',')) {
        if (std::none_of(gone.begin(), gone.end(), [&](std::string_view pattern) {
                return system::matches_pattern(name, pattern);
            })) {
            left.emplace_back(name);
        }
    }
    return left;
}

Names expanded(std::string_view defaults, std::string_view list) {
    Names names;
    const auto add = [&](std::string_view name) {
        if (std::find(names.begin(), names.end(), name) == names.end()) names.emplace_back(name);
    };
    for (const std::string_view piece : system::split(list, ',')) {
        if (piece.starts_with('!')) return {};
        if (piece.find_first_of("*?") == std::string_view::npos) {
            if (!piece.empty()) add(piece);
            continue;
        }
        for (const std::string_view name : system::split(defaults, ',')) {
            if (system::matches_pattern(name, piece)) add(name);
        }
    }
    return names;
}

}  // namespace

std::optional<std::string> plain_algorithms(std::string_view keyword, std::string_view raw) {
    const auto* const defaults =
        std::find_if(known_defaults.begin(), known_defaults.end(),
                     [&](const Defaults& each) { return each.keyword == keyword; });
    if (defaults == known_defaults.end()) return std::nullopt;
    if (raw.empty() || raw.front() == '+' || raw.front() == '^') {
        return std::string(defaults->given ? defaults->names : std::string_view());
    }
    const Names names = raw.front() == '-' ? without(defaults->names, raw.substr(1))
                                           : expanded(defaults->names, raw);
    if (names.empty()) return std::nullopt;
    return system::join(names, ",");
}

}  // namespace hfssh::ssh

#pragma once

#include <optional>
#include <string>
#include <string_view>

// The word of a command line of ssh(1) that says where to connect. Pure, but for the names of
// ports.
namespace hfssh::ssh {

// "[user@]host", split at the last '@', or "ssh://[user@]host[:port]" with the user
// percent-decoded, split at the first one: as OpenSSH does.
struct Destination {
    std::string typed;  // the whole word
    std::optional<std::string> user;
    std::string host;         // never empty; of an ssh:// without brackets and the dot at its end
    std::optional<int> port;  // 1 to 65535

    friend bool operator==(const Destination&, const Destination&) = default;
};

// None for what OpenSSH refuses ("@host", "ssh://host/path", "ssh://user%zz@host" …), and for an
// empty host and a NUL in the user, which some versions take. An IPv6 address in an ssh:// is read,
// though OpenSSH refuses it up to now.
[[nodiscard]] std::optional<Destination> read_destination(std::string_view word);

// What OpenSSH (ssh.c, valid_hostname and valid_ruser, from 9.6 on) requires of the host name and
// the user name of a command line before it reads any configuration: a ProxyCommand, a Match exec
// or a LocalCommand hands both to a shell (%h, %n, %r), and both can come from a clone URL. Older
// versions do not check, and the native transport expands the same tokens, so hf-ssh checks first,
// for every host. Brackets, '%' and ',' are allowed: "[::1]", "fe80::1%eth0".
[[nodiscard]] bool is_plain_host(std::string_view host);
[[nodiscard]] bool is_plain_user(std::string_view user);

// A port as -p, Port and ssh:// take it: 1 to 65535, or a service's name ("ssh") of services(5).
[[nodiscard]] std::optional<int> read_port(const std::string& text);

}  // namespace hfssh::ssh

#pragma once

#include <sys/socket.h>

#include <string>
#include <variant>
#include <vector>

#include "hfssh/native/line/addresses.hpp"

namespace hfssh::native {

struct Address {
    sockaddr_storage bytes = {};
    socklen_t length = 0;
    [[nodiscard]] int family() const { return bytes.ss_family; }
    [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&bytes); }
};

// "192.0.2.1", "2001:db8::1"
[[nodiscard]] std::string host_text(const Address& address);
// "192.0.2.1 port 22"
[[nodiscard]] std::string describe(const Address& address);

// The addresses of HOST, a name or an address, each once, in the order of the system (RFC 6724).
// Never empty. getaddrinfo(3) knows no bound of its own: it runs in a thread that is left behind
// if it takes too long; the thread holds nothing of ours, and ends with the process.
[[nodiscard]] std::variant<std::vector<Address>, Unreached> look_up(const std::string& host,
                                                                    const std::string& port,
                                                                    Place::Family family,
                                                                    Deadline deadline,
                                                                    const GiveUp& give_up);

// IPv6 and IPv4 in turns, beginning with the family of the first (RFC 8305 section 4). Pure.
[[nodiscard]] std::vector<Address> in_turns(const std::vector<Address>& addresses);

}  // namespace hfssh::native

#pragma once

#include <poll.h>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "hfssh/native/line/stream.hpp"
#include "hfssh/transport/order.hpp"

// Names, addresses and connections. Nothing here throws for what a network does, and everything
// ends in time. A GIVE_UP function is asked every now and then, only by the calling thread, and
// ends it at once when it says yes; an empty one never does.
namespace hfssh::native {

using transport::Place;

using Deadline = std::chrono::steady_clock::time_point;
using GiveUp = std::function<bool()>;

enum class Reach {
    connected,
    no_such_name,    // the name does not exist
    no_address,      // it has no address of the family that was asked for
    name_failed,     // the name service failed, or is not to be reached
    name_timed_out,  // it did not answer in time
    refused,         // no one listens on that port
    unreachable,     // no route to the host or its network
    timed_out,       // no answer: down, or a firewall that drops what comes
    no_source,       // BindAddress or BindInterface cannot be used
    proxy_failed,    // ProxyCommand could not be run
    given_up,        // the caller asked for it
    failed,          // for another reason, which the text names
};

// For the user, no full stop: "connection refused".
[[nodiscard]] std::string_view describe(Reach reach);

struct Unreached {
    Reach reach = Reach::failed;
    std::string text;  // describe(), with the address or the system's own words: printable
};

// The first of the addresses that answers: IPv6 and IPv4 in turns, a next one every 250 ms or as
// soon as one fails, all the others closed (RFC 8305); or the ProxyCommand. Small packets leave at
// once (TCP_NODELAY). PLACE.connect_timeout may bring DEADLINE forward.
[[nodiscard]] std::variant<Stream, Unreached> connect(const Place& place, Deadline deadline,
                                                      const GiveUp& give_up = {});

// One address, and what came of connecting to it.
struct LookedAt {
    std::string address;  // "192.0.2.1", "2001:db8::1"
    bool is_ipv6 = false;
    Reach reach = Reach::failed;
    std::string text;                    // as in Unreached; the address where it is connected
    std::chrono::milliseconds needed{};  // until then
};

struct AddressReport {
    Reach name = Reach::connected;  // else why there is no address at all
    std::string text;               // likewise, for the user
    std::vector<LookedAt> addresses;
};

// Connects to every address of the place, all at once, and closes each again: nothing is said. A
// ProxyCommand is not asked: with one, the addresses say nothing of the connection to come.
[[nodiscard]] AddressReport look_at_addresses(const Place& place, Deadline deadline,
                                              const GiveUp& give_up = {});

enum class Waited { ready, timed_out, given_up };

// poll(2) until one of WATCHED is ready (its revents say which), DEADLINE, or GIVE_UP says yes.
[[nodiscard]] Waited wait_for(std::vector<pollfd>& watched, Deadline deadline,
                              const GiveUp& give_up);
// Of one socket.
[[nodiscard]] Waited wait_for(int socket, short events, Deadline deadline, const GiveUp& give_up);

}  // namespace hfssh::native

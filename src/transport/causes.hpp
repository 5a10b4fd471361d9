#pragma once

#include <string>
#include <string_view>

#include "hfssh/transport/lesson.hpp"
#include "hfssh/transport/order.hpp"

// Why ssh itself failed. Pure.
namespace hfssh::transport {

// A server says what it likes before its key is checked, also what looks like ours.
inline constexpr const char* said_above =
    "no connection to hf.co; what is above came from ssh, or from a server that is not verified";

enum class Cause {
    unknown,
    no_name,       // the host's name was not found
    no_route,      // no way to the host
    forbidden,     // this machine does not let it out
    shut,          // the port refuses, or nothing answers there
    silent,        // nothing answered in time
    portal,        // what answers there speaks HTTP
    busy,          // the server closed the connection before the key exchange, or serves again
    revoked,       // RevokedHostKeys of the user
    host_key,      // refused by an ssh that has no helper
    policy,        // the user's configuration and the server have no algorithm in common
    helper,        // ssh could not run the helper that checks the host key, or it died
    agent,         // the agent did not sign
    not_accepted,  // the key
};
// Whether ssh prints no errors of its own and all is said by us: before 8.5, when it had no helper,
// it would explain a host key by a banner, and by a command for a file that is gone by then.
[[nodiscard]] bool explains_alone(const Facts& facts);

// From what ssh prints when the same is tried once more.
[[nodiscard]] Cause cause_in(const Answer& look);

// ssh ended before a host key was checked.
void explain_no_connection(Lesson& lesson, const Facts& facts, const Remembered& remembered);

}  // namespace hfssh::transport

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hfssh/ssh/closed/supervise.hpp"
#include "hfssh/transport/hub_session.hpp"

// hf-ssh, from its arguments to its exit status. Folders below know ssh, identities and settings
// each for itself; here they come together.
namespace hfssh::transport {

// What one run was asked to do.
struct Invocation {
    std::optional<std::string> via;      // --via "COMMAND", our one own argument
    std::vector<std::string> arguments;  // the rest: ssh(1)'s
};
[[nodiscard]] Invocation read_invocation(int argc, char* const* argv);

// Becomes ssh for every other host (and does not return then), connects to hf.co, or throws a
// system::Failure. Returns how this process is to end.
[[nodiscard]] ssh::Ended run(const Invocation& invocation);

// The connection that run() would make, without making it; none where it would become ssh for
// another host. Throws a system::Failure where run() would.
[[nodiscard]] std::optional<HubRequest> find_request(const Invocation& invocation,
                                                     EnvironmentKey& environment_key);

}  // namespace hfssh::transport

#pragma once

#include <optional>

#include "hfssh/ssh/closed/supervise.hpp"
#include "hfssh/ssh/config/resolved.hpp"
#include "hfssh/ssh/words/command_line.hpp"
#include "hfssh/ssh/words/underlying.hpp"
#include "hfssh/transport/environment_key.hpp"

namespace hfssh::transport {

// A connection to hf.co that is to be made.
struct HubRequest {
    ssh::CommandLine typed;
    ssh::Underlying underlying;
    std::optional<ssh::Resolved> resolved;      // where `ssh -G` has been asked already
    EnvironmentKey* environment_key = nullptr;  // never null in a request that is made
};

// Makes it: the person's configuration is resolved, the server's keys and the one identity settled,
// ssh run under a closed configuration and waited for, and a failure explained. Returns how ssh
// ended; throws a system::Failure where no connection is made.
[[nodiscard]] ssh::Ended connect_to_hub(const HubRequest& request);

}  // namespace hfssh::transport

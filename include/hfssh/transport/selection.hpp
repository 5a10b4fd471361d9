#pragma once

#include <optional>
#include <string>

#include "hfssh/hub/repository.hpp"
#include "hfssh/identity/candidate.hpp"
#include "hfssh/identity/choice.hpp"
#include "hfssh/settings/git_settings.hpp"
#include "hfssh/transport/endpoint.hpp"

namespace hfssh::transport {

// The one identity, and why it.
struct Selection {
    identity::Candidate candidate;
    identity::Reason reason;
    bool agent_asks_person = false;
};

// GIT is none where git could not be asked: then a Failure, unless the command line, the
// environment or an alias decides, which come before git's configuration. Throws a Failure where no
// key can be offered; never falls back to another than the one that was named.
[[nodiscard]] Selection select_identity(const HubRequest& request, const Configured& configured,
                                        const Endpoint& endpoint,
                                        const std::optional<hub::Repository>& repository,
                                        const std::optional<settings::GitSettings>& git,
                                        const identity::AgentAnswer& agent);

}  // namespace hfssh::transport

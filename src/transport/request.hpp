#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hfssh/hub/repository.hpp"
#include "hfssh/identity/request.hpp"
#include "hfssh/settings/git_settings.hpp"
#include "hfssh/transport/endpoint.hpp"
#include "hfssh/transport/environment_key.hpp"

namespace hfssh::transport {

// What was asked for of identities, by the command line, the environment, git's configuration and
// ssh's, with every path expanded. Lists a token's keys where one of them could be chosen, and puts
// HF_SSH_KEY into a file where it decides. WRAPPER: its files raw. Throws a
// system::Failure for a path that cannot be expanded, and where git could not be asked and nothing
// that comes before its configuration decides.
[[nodiscard]] identity::Request make_request(const Typed& typed, const Endpoint& endpoint,
                                             const std::optional<hub::Repository>& repository,
                                             const std::optional<settings::GitSettings>& git,
                                             EnvironmentKey& environment_key,
                                             identity::Wrapper wrapper);

}  // namespace hfssh::transport

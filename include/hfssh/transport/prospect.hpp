#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "hfssh/hub/repository.hpp"
#include "hfssh/hub/trusted_set.hpp"
#include "hfssh/identity/memory_store.hpp"
#include "hfssh/settings/git_settings.hpp"
#include "hfssh/transport/endpoint.hpp"
#include "hfssh/transport/selection.hpp"

namespace hfssh::transport {

// What is known before a key is chosen, and before anything is connected.
struct Prospect {
    hub::TrustedSet trusted;
    hub::RemoteCommand remote;
    identity::MemoryStore memory;
    Configured configured;
    Endpoint endpoint;
    std::optional<settings::GitSettings> git;
    identity::AgentAnswer agent;
};

// Asks git, ssh and the agent, and reads which host keys are trusted. Throws a system::Failure
// where no connection could be made.
[[nodiscard]] Prospect look_ahead(const HubRequest& request);

// The choice that a connection for REQUEST rests on. May write HF_SSH_KEY into a private file.
[[nodiscard]] Survey survey(const HubRequest& request, const Prospect& prospect);

// The keys that hf.co would be asked about first, in that order; mostly none.
[[nodiscard]] std::vector<std::size_t> keys_to_ask_first(const HubRequest& request,
                                                         const Prospect& prospect,
                                                         const Survey& survey);

}  // namespace hfssh::transport

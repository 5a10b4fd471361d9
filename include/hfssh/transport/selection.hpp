#pragma once

#include <optional>
#include <string>

#include "hfssh/hub/repository.hpp"
#include "hfssh/identity/candidate.hpp"
#include "hfssh/identity/choice.hpp"
#include "hfssh/identity/memory_store.hpp"
#include "hfssh/settings/git_settings.hpp"
#include "hfssh/transport/endpoint.hpp"

namespace hfssh::transport {

// Everything that the choice rests on, and the choice.
struct Survey {
    identity::Request request;
    identity::Inventory inventory;
    identity::Memory memory;
    identity::Choice choice;
};

// GIT is none where git could not be asked: then a system::Failure, unless the command line, the
// environment or an alias decides, which come before git's configuration.
[[nodiscard]] Survey survey_identities(const HubRequest& request, const Configured& configured,
                                       const Endpoint& endpoint,
                                       const std::optional<hub::Repository>& repository,
                                       const std::optional<settings::GitSettings>& git,
                                       const identity::AgentAnswer& agent,
                                       const identity::MemoryStore& store);

// Chooses anew, after more has been learned.
void choose_again(Survey& survey, const identity::MemoryStore& store);

// The one identity, and why it.
struct Selection {
    identity::Candidate candidate;
    identity::Reason reason;
    bool agent_asks_person = false;
};

// Throws a system::Failure where no key can be offered; never falls back to another than the one
// that was named.
[[nodiscard]] Selection selection_of(const Survey& survey);

}  // namespace hfssh::transport

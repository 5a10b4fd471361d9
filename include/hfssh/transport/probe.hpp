#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "hfssh/hub/trusted_set.hpp"
#include "hfssh/identity/memory_store.hpp"
#include "hfssh/transport/endpoint.hpp"
#include "hfssh/transport/selection.hpp"

namespace hfssh::transport {

// A connection for each key, all to the same place.
struct ProbeTarget {
    const HubRequest& request;
    const Configured& configured;
    const Endpoint& endpoint;
    const hub::TrustedSet& trusted;
    bool agent_answers;
    std::function<bool()> told_to_end;  // a signal has come meanwhile
};

enum class Probed {
    answered,  // hf.co said of the keys whose they are; it is remembered
    silent,    // no answer: it is not asked again for a while
    refused,   // the host key was refused, and the helper has explained it
};

// Asks hf.co which accounts the keys of INDICES (identity::keys_to_ask) belong to: the first alone,
// so that an impostor is met and explained once, then files up to four at a time, then keys of the
// agent one at a time; five seconds in all. Nobody is ever asked anything.
[[nodiscard]] Probed probe(const ProbeTarget& target, const identity::Inventory& inventory,
                           const std::vector<std::size_t>& indices, identity::MemoryStore& store);

}  // namespace hfssh::transport

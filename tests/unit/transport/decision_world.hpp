#pragma once

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

#include "hfssh/hub/wire.hpp"
#include "hfssh/transport/decision.hpp"

// Keys, requests and memories made up for the tests of the choice.
namespace hfssh::test {

using namespace hfssh::identity;
using hfssh::hub::wire_integer;
using hfssh::hub::wire_string;
using hfssh::transport::Decision;
using hfssh::transport::NoKey;

inline PublicKey key_of(Algorithm algorithm, char seed) {
    if (algorithm == Algorithm::rsa) {
        return read_public_key(wire_string("ssh-rsa") + wire_string("\x03") +
                               wire_integer(std::string(256, seed)))
            .value();
    }
    if (algorithm == Algorithm::ecdsa) {
        return read_public_key(wire_string("ecdsa-sha2-nistp256") + wire_string("nistp256") +
                               wire_string("\x04" + std::string(64, seed)))
            .value();
    }
    return read_public_key(wire_string("ssh-ed25519") + wire_string(std::string(32, seed))).value();
}

// What there is to choose from, and what was asked; keys are called by their path.
struct World {
    Inventory inventory;
    Request request;
    Memory memory;

    World() {
        inventory.agent = AgentState::answered;
        request.repository = hfssh::hub::Repository{"datasets", "acme", "corpus"};
    }

    Candidate& add(const std::string& path, Algorithm algorithm = Algorithm::ed25519,
                   Origin origin = Origin::other_file) {
        const std::size_t index = inventory.candidates.size();
        Candidate candidate;
        candidate.key = key_of(algorithm, static_cast<char>('A' + index));
        candidate.path = path;
        candidate.origin = origin;
        candidate.has_private = true;
        inventory.candidates.push_back(candidate);
        inventory.places.push_back({path, index, {}});
        return inventory.candidates.back();
    }
    Candidate& add_agent_key(const std::string& comment) {
        Candidate& candidate = add("", Algorithm::ed25519, Origin::agent);
        inventory.places.pop_back();
        candidate.comment = comment;
        candidate.has_private = false;
        candidate.in_agent = true;
        return candidate;
    }
    const Candidate& at(const std::string& path) const {
        for (const Candidate& candidate : inventory.candidates) {
            if (candidate.path == path) return candidate;
        }
        throw std::runtime_error(path);
    }
    std::string print(const std::string& path) const { return at(path).fingerprint(); }

    // Of a connection for the repository, by SERVICE.
    transport::Facts facts(hub::Service service = hub::Service::receive_pack) const {
        auto trusted = std::get<hub::TrustedSet>(hub::TrustedSet::build({}));
        transport::Endpoint endpoint;
        endpoint.user = "git";
        return {.typed = {},
                .endpoint = std::move(endpoint),
                .remote = {service, request.repository, {}},
                .trusted = std::move(trusted),
                .trusted_files = {},
                .git = settings::GitSettings{},
                .agent = {},
                .request = request,
                .inventory = inventory,
                .store = MemoryStore({}, true),
                .memory = memory};
    }

    Decision decide() const { return hfssh::transport::decide(request, inventory, memory); }

    // "1 path", or "problem 1 message".
    std::string outcome() const {
        const Decision decision = decide();
        const std::string rule = std::to_string(decision.reason.rule);
        if (!decision.chosen) return "problem " + rule + " " + decision.none.message;
        const Candidate& candidate = inventory.candidates.at(*decision.chosen);
        return rule + " " + (candidate.path.empty() ? candidate.comment : candidate.path);
    }

    NoKey problem() const {
        const Decision decision = decide();
        REQUIRE_FALSE(decision.chosen.has_value());
        return decision.none;
    }

    std::string reason() const {
        const Decision decision = decide();
        REQUIRE(decision.chosen.has_value());
        return decision.reason.text;
    }
};

// A world with a key for each rule, and what makes each rule apply.
inline World world_of_rules() {
    World world;
    for (int rule = 1; rule <= 7; ++rule)
        world.add("k" + std::to_string(rule));
    world.add("k8", Algorithm::ed25519, Origin::default_file);
    return world;
}

inline void enable(World& world, int rule) {
    switch (rule) {
        case 1:
            world.request.typed = "k1";
            break;
        case 2:
            world.request.environment_identity = "k2";
            break;
        case 3:
            world.request.alias = "hf-work";
            world.request.alias_files = {"k3"};
            break;
        case 4:
            world.request.settings = {
                {"acme", Setting::Kind::identity, "k4", "hf-ssh.acme.identity", "unset it"}};
            break;
        case 5:
            world.memory.accounts[world.print("k5")] = "acme";
            break;
        case 6:
            world.memory.learned["acme"] = world.print("k6");
            break;
        case 7:
            world.request.configured = {"k7"};
            break;
        default:
            break;
    }
}

}  // namespace hfssh::test

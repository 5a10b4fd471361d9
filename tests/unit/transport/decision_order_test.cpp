// Which key, where nobody named one: accounts, what was learned, configuration, and what is left.

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "unit/transport/decision_world.hpp"

using namespace hfssh::test;

TEST_CASE("decision: namespace and account") {
    World world = world_of_rules();
    world.memory.accounts[world.print("k2")] = "ACME";
    CHECK(world.outcome() == "5 k2");
    CHECK(world.reason() == "its account is ACME");
    world.memory.accounts[world.print("k3")] = "acme";
    world.inventory.candidates[1].encrypted = true;
    CHECK(world.outcome() == "5 k3");  // the one that is ready
    SUBCASE("a namespace called anonymous is nobody's") {
        world.request.repository->name_space = "anonymous";
        world.memory.accounts = {{world.print("k2"), "anonymous"}};
        CHECK(world.outcome() == "8 k8");
    }
    SUBCASE("no namespace, no rule") {
        world.request.repository->name_space.clear();
        world.memory.learned[""] = world.print("k4");
        world.memory.accounts.clear();
        CHECK(world.outcome() == "8 k8");
    }
}

TEST_CASE("decision: learned, unless hf.co does not know it or it is gone") {
    World world = world_of_rules();
    enable(world, 6);
    CHECK(world.reason() == "it served the last push to acme");
    SUBCASE("known to be anonymous") {
        world.memory.accounts[world.print("k6")] = "anonymous";
    }
    SUBCASE("nobody can sign") {
        world.inventory.candidates[5].has_private = false;
    }
    SUBCASE("not here") {
        world.memory.learned["acme"] = "SHA256:gone";
    }
    CHECK(world.outcome() == "8 k8");
}

TEST_CASE("decision: of several configured files the first that serves") {
    World world = world_of_rules();
    world.request.configured = {"missing", "k2", "k3"};
    CHECK(world.outcome() == "7 k2");
    CHECK(world.reason() == "IdentityFile in your ssh configuration");
    world.memory.accounts[world.print("k2")] = "anonymous";
    CHECK(world.outcome() == "7 k3");
    world.inventory.candidates[2].has_private = false;
    CHECK(world.outcome() == "7 k2");
    world.request.configured = {"missing"};
    CHECK(world.outcome() == "8 k8");
}

TEST_CASE("decision: the order of what is left") {
    World world;
    world.add_agent_key("agent");
    CHECK(world.outcome() == "8 agent");
    CHECK(world.reason() == "the only key there is");
    world.add("other");
    CHECK(world.outcome() == "8 other");
    world.add("id_rsa", Algorithm::rsa, Origin::default_file);
    CHECK(world.outcome() == "8 id_rsa");
    world.add("id_ecdsa", Algorithm::ecdsa, Origin::default_file);
    CHECK(world.outcome() == "8 id_ecdsa");
    world.add("id_ed25519", Algorithm::ed25519, Origin::default_file);
    CHECK(world.outcome() == "8 id_ed25519");
    CHECK(world.reason() == "the first of the default keys in ~/.ssh that is ready to use");
    world.inventory.candidates.back().encrypted = true;
    CHECK(world.outcome() == "8 id_ecdsa");  // ready ones first
    world.memory.accounts[world.print("id_ecdsa")] = "anonymous";
    CHECK(world.outcome() == "8 id_rsa");
    world.memory.accounts[world.print("id_ed25519")] = "bob";
    CHECK(world.outcome() == "8 id_ed25519");  // known, though locked
    CHECK(world.reason() == "it belongs to bob");
    world.inventory.candidates.back().refusal = Refusal::dsa;
    CHECK(world.outcome() == "8 id_rsa");
    for (const Candidate& candidate : world.inventory.candidates) {
        world.memory.accounts[candidate.fingerprint()] = "anonymous";
    }
    CHECK(world.outcome() == "8 id_ecdsa");
    CHECK(world.reason() == "hf.co knows none of the keys here; this is the first");
}

TEST_CASE("decision: no key at all") {
    World world;
    CHECK(world.problem().message == "there is no SSH key to offer to hf.co");
    CHECK(world.problem().hint.ends_with("git hf-ssh keys new"));
    world.add("id_dsa").refusal = Refusal::dsa;
    CHECK(world.problem().message.ends_with("DSA and short RSA keys are never offered"));
    world.add("id_ed25519").exposed = true;
    CHECK(world.problem().cause == NoKey::Cause::exposed);
    CHECK_FALSE(world.problem().named);
    CHECK(world.problem().hint == "to fix it: chmod 600 id_ed25519");
}

TEST_CASE("decision: which keys to ask hf.co about first") {
    World world = world_of_rules();
    const auto asked = [&] { return world.decide().ask_first; };
    CHECK(asked().size() == 8);
    world.inventory.candidates[0].encrypted = true;
    world.inventory.candidates[1].hardware = true;
    world.inventory.candidates[2].exposed = true;
    world.memory.accounts[world.print("k4")] = "anonymous";
    world.inventory.candidates[4].path.clear();
    world.inventory.candidates[4].in_agent = true;
    CHECK(asked() == std::vector<std::size_t>{5, 6, 7, 4});
    world.inventory.agent_asks_person = true;
    CHECK(asked() == std::vector<std::size_t>{5, 6, 7});
    enable(world, 1);
    CHECK(asked().empty());
    World single;
    single.add("id");
    CHECK(single.decide().ask_first.empty());
}

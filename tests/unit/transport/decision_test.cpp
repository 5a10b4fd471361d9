// Which key: the eight rules against each other, and what a person named.

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "unit/transport/decision_world.hpp"

using namespace hfssh::test;

TEST_CASE("decision: each rule alone, each pair, and all rules from one on") {
    for (int first = 1; first <= 8; ++first) {
        const std::string expected = std::to_string(first) + " k" + std::to_string(first);
        World rest = world_of_rules();
        for (int second = first; second <= 8; ++second) {
            CAPTURE(first);
            CAPTURE(second);
            World world = world_of_rules();
            enable(world, second);
            enable(world, first);
            CHECK(world.outcome() == expected);
            enable(rest, second);
        }
        CHECK(rest.outcome() == expected);
    }
}

TEST_CASE("decision: the environment's own order") {
    World world = world_of_rules();
    world.add("tmp", Algorithm::rsa, Origin::environment);
    world.request.environment_key = "tmp";
    world.request.environment_key_name = "HF_SSH_KEY";
    CHECK(world.outcome() == "2 tmp");
    CHECK(world.reason() == "HF_SSH_KEY");
    world.request.environment_account = "bob";
    world.memory.accounts[world.print("k5")] = "Bob";
    CHECK(world.outcome() == "2 k5");
    CHECK(world.reason() == "HF_SSH_ACCOUNT");
    world.request.environment_identity = world.print("k3");
    CHECK(world.outcome() == "2 k3");
    CHECK(world.reason() == "HF_SSH_IDENTITY");
}

TEST_CASE("decision: settings, the most specific pattern wins") {
    World world = world_of_rules();
    auto& settings = world.request.settings;
    const auto add = [&](const char* pattern, const char* path) {
        settings.push_back({pattern, Setting::Kind::identity, path, path});
        return world.outcome();
    };
    CHECK(add("other", "k1") == "8 k8");
    CHECK(add("", "k2") == "4 k2");
    CHECK(add("acme", "k3") == "4 k3");
    CHECK(add("datasets/acme", "k4") == "4 k4");
    CHECK(add("acme/corpus", "k5") == "4 k5");
    CHECK(add("datasets/acme/corpus", "k6") == "4 k6");
    CHECK(add("", "k1") == "4 k6");
    CHECK(add("datasets/acme/corpus", "k7") == "4 k7");  // git: the last of a name
    SUBCASE("without a repository, what counts for all") {
        world.request.repository.reset();
        CHECK(world.outcome() == "4 k1");
    }
    SUBCASE("by fingerprint") {
        settings = {{"acme", Setting::Kind::identity, world.print("k2"), "s"}};
        CHECK(world.outcome() == "4 k2");
    }
    SUBCASE("by account") {
        settings = {{"acme", Setting::Kind::account, "alice", "hf-ssh.acme.account"}};
        const NoKey unknown = world.problem();
        CHECK(unknown.cause == NoKey::Cause::unknown_account);
        CHECK(unknown.message ==
              "no usable key is known to belong to the account alice (hf-ssh.acme.account)");
        CHECK(unknown.hint.ends_with(": git hf-ssh whoami --all"));
        world.memory.accounts[world.print("k5")] = "alice";
        CHECK(world.outcome() == "4 k5");
        settings.push_back({"acme", Setting::Kind::identity, "k1", "s"});
        CHECK(world.outcome() == "4 k1");
    }
}

TEST_CASE("decision: what a person named and is not there is never replaced by another key") {
    for (const int rule : {1, 2, 3, 4}) {
        CAPTURE(rule);
        World world = world_of_rules();
        enable(world, rule);
        const std::string name = "k" + std::to_string(rule);
        Place& place = world.inventory.places[static_cast<std::size_t>(rule) - 1];
        Candidate& candidate = world.inventory.candidates[static_cast<std::size_t>(rule) - 1];
        const auto fails = [&](NoKey::Cause cause, const std::string& words) {
            const NoKey none = world.problem();
            CHECK(none.cause == cause);
            CHECK(world.decide().reason.rule == rule);
            CHECK(none.message.find(words) != std::string::npos);
            CHECK_FALSE(none.hint.empty());
        };
        candidate.exposed = true;
        fails(NoKey::Cause::exposed, "can be read by others");
        candidate.has_private = false;
        fails(NoKey::Cause::public_only, "the ssh-agent does not have it");
        world.inventory.agent = AgentState::timed_out;
        fails(NoKey::Cause::public_only, "did not answer in time");
        candidate.refusal = Refusal::dsa;
        fails(NoKey::Cause::refused, "is a DSA key");
        place.candidate.reset();
        place.problem = {NotStored::Kind::unreadable, "Permission denied"};
        fails(NoKey::Cause::unreadable, "Permission denied");
        place.problem = {NotStored::Kind::missing, ""};
        fails(NoKey::Cause::not_there, "there is no key " + name);
        place.path = "elsewhere";
        fails(NoKey::Cause::not_there, "there is no key " + name);
    }
}

TEST_CASE("decision: a fingerprint that no key has") {
    World world = world_of_rules();
    world.request.environment_identity = "SHA256:" + std::string(43, 'x');
    CHECK(world.problem().cause == NoKey::Cause::unknown_key);
    world.inventory.agent = AgentState::unreachable;
    CHECK(world.problem().message.ends_with("; the ssh-agent cannot be reached"));
}

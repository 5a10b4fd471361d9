
#include "unit/transport/decision_world.hpp"

using namespace hfssh;
using Cause = transport::NoKey::Cause;

namespace {

// As it comes out in WORLD; none where a key is chosen.
std::optional<Cause> why(const test::World& world, bool named = false) {
    const transport::Decision decision = world.decide();
    if (decision.chosen) return std::nullopt;
    CHECK(decision.none.named == named);
    return decision.none.cause;
}

}  // namespace

TEST_CASE("nobody named a key") {
    test::World world;
    CHECK(why(world) == Cause::none_here);
    test::Candidate& key = world.add("/k");
    CHECK(why(world) == std::nullopt);
    SUBCASE("others may read it") {
        key.exposed = true;
        CHECK(why(world) == Cause::exposed);
        world.add("/other");
        CHECK(why(world) == std::nullopt);
    }
    SUBCASE("DSA, and another that would do") {
        key.refusal = test::Refusal::dsa;
        CHECK(why(world) == Cause::refused);
        world.add("/other").exposed = true;
        CHECK(why(world) == Cause::exposed);
    }
    SUBCASE("only its public half") {
        key.has_private = false;
        CHECK(why(world) == Cause::public_only);
        world.inventory.agent = test::AgentState::unreachable;
        CHECK(why(world) == Cause::public_only);
    }
    SUBCASE("locked is a choice all the same") {
        key.encrypted = true;
        CHECK(why(world) == std::nullopt);
    }
}

TEST_CASE("nobody named a key, and the ssh that is run has an agent of its own") {
    test::World world;
    world.inventory.agent = test::AgentState::none;
    CHECK(world.problem().hint == "make one: git hf-ssh keys new");
    world.request.wrapper.agent = "the wrapper may set it";
    CHECK(world.problem().message.ends_with("; the wrapper may set it"));
    CHECK(world.problem().hint == "if it sets none, make a key: git hf-ssh keys new");
    world.request.wrapper.sets_agent = true;
    CHECK(world.problem().hint.starts_with("set SSH_AUTH_SOCK where git runs"));
    world.add("/k.pub").has_private = false;
    CHECK(world.problem().message.ends_with("; the wrapper may set it"));
    CHECK(world.problem().hint.starts_with("set SSH_AUTH_SOCK where git runs"));
    world.inventory.agent = test::AgentState::answered;  // the one that hf-ssh sees counts
    CHECK(world.problem().message.find("wrapper") == std::string::npos);
}

TEST_CASE("a key that was named") {
    test::World world;
    world.add("/other");
    test::Candidate& key = world.add("/k");
    world.request.typed = "/k";
    CHECK(why(world) == std::nullopt);
    SUBCASE("is exposed") {
        key.exposed = true;
        CHECK(why(world, true) == Cause::exposed);
    }
    SUBCASE("is short") {
        key.refusal = test::Refusal::short_rsa;
        CHECK(why(world, true) == Cause::refused);
    }
    SUBCASE("is only public") {
        key.has_private = false;
        CHECK(why(world, true) == Cause::public_only);
    }
    SUBCASE("is not there") {
        world.request.typed = "/gone";
        world.inventory.places.push_back({"/gone", {}, {}});
        CHECK(why(world, true) == Cause::not_there);
    }
}

TEST_CASE("an account, or a fingerprint, that no key has") {
    test::World world;
    world.add("/k");
    world.request.environment_account = "bob";
    CHECK(why(world, true) == Cause::unknown_account);
    world.request.environment_account.reset();
    world.request.environment_identity = "SHA256:AAAA";
    CHECK(why(world, true) == Cause::unknown_key);
}

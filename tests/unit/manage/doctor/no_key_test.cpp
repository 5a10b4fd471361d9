#include "manage/doctor/no_key.hpp"

#include "unit/identity/choice_world.hpp"

using namespace hfssh;
using manage::NoKey;
using manage::why_no_key;

namespace {

// As the choice comes out in WORLD.
NoKey why(const test::World& world) {
    return why_no_key({world.request, world.inventory, world.memory,
                       identity::choose(world.inventory, world.request, world.memory)});
}

}  // namespace

TEST_CASE("nobody named a key") {
    test::World world;
    CHECK(why(world) == NoKey::none_here);
    test::Candidate& key = world.add("/k");
    CHECK(why(world) == NoKey::chosen);
    SUBCASE("others may read it") {
        key.exposed = true;
        CHECK(why(world) == NoKey::exposed);
        world.add("/other");
        CHECK(why(world) == NoKey::chosen);
    }
    SUBCASE("DSA, and another that would do") {
        key.refusal = test::Refusal::dsa;
        CHECK(why(world) == NoKey::wrong_type);
        world.add("/other").exposed = true;
        CHECK(why(world) == NoKey::exposed);
    }
    SUBCASE("only its public half") {
        key.has_private = false;
        CHECK(why(world) == NoKey::no_agent_has_it);
        world.inventory.agent = test::AgentState::unreachable;
        CHECK(why(world) == NoKey::no_agent_has_it);
        world.inventory.agent = test::AgentState::none;
        CHECK(why(world) == NoKey::as_named);
    }
    SUBCASE("locked is a choice all the same") {
        key.encrypted = true;
        CHECK(why(world) == NoKey::chosen);
    }
}

TEST_CASE("a key that was named") {
    test::World world;
    world.add("/other");
    test::Candidate& key = world.add("/k");
    world.request.typed = "/k";
    CHECK(why(world) == NoKey::chosen);
    SUBCASE("is exposed") {
        key.exposed = true;
        CHECK(why(world) == NoKey::exposed);
    }
    SUBCASE("is short") {
        key.refusal = test::Refusal::short_rsa;
        CHECK(why(world) == NoKey::wrong_type);
    }
    SUBCASE("is only public") {
        key.has_private = false;
        CHECK(why(world) == NoKey::no_agent_has_it);
    }
    SUBCASE("is not there") {
        world.request.typed = "/gone";
        world.inventory.places.push_back({"/gone", {}, {}});
        CHECK(why(world) == NoKey::as_named);
    }
}

TEST_CASE("an account, or a fingerprint, that no key has") {
    test::World world;
    world.add("/k");
    world.request.environment_account = "bob";
    CHECK(why(world) == NoKey::as_named);
    world.request.environment_account.reset();
    world.request.environment_identity = "SHA256:AAAA";
    CHECK(why(world) == NoKey::as_named);
}

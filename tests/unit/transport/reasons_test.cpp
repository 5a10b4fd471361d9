
#include "unit/transport/decision_world.hpp"

using namespace hfssh;

namespace {

std::string stands(const test::World& world, const std::string& path) {
    const transport::Decision decision = world.decide();
    for (std::size_t i = 0; i < world.inventory.candidates.size(); ++i) {
        if (world.inventory.candidates[i].path == path) return decision.keys[i].reason;
    }
    return "no such key";
}

}  // namespace

TEST_CASE("reasons: each rule, and what it says of the others") {
    const std::vector<std::string> others = {
        "",
        "typed with -i names another key",
        "HF_SSH_IDENTITY names another key",
        "IdentityFile of hf-work in your ssh configuration names another key",
        "a setting names another key",
        "not known to belong to acme",
        "another key served the last push to acme",
        "your ssh configuration names another key",
        "it comes later in the order of keys",
    };
    for (int rule = 1; rule <= 8; ++rule) {
        CAPTURE(rule);
        test::World world = test::world_of_rules();
        test::enable(world, rule);
        REQUIRE(world.outcome() == std::to_string(rule) + " k" + std::to_string(rule));
        CHECK(stands(world, "k" + std::to_string(rule)) == world.reason());
        const std::string other = rule == 1 ? "k2" : "k1";
        CHECK(stands(world, other) == others[static_cast<std::size_t>(rule)]);
    }
}

TEST_CASE("reasons: what is known of a key's account") {
    test::World world;
    world.add("good");
    world.add("other");
    world.add("stranger");
    world.add("silent");
    world.memory.accounts[world.print("good")] = "acme";
    world.memory.accounts[world.print("other")] = "bob";
    world.memory.accounts[world.print("stranger")] = "anonymous";
    SUBCASE("by the namespace") {
        CHECK(stands(world, "good") == "its account is acme");
        CHECK(stands(world, "other") == "its account is bob");
        CHECK(stands(world, "stranger") == "hf.co did not know it");
        CHECK(stands(world, "silent") == "not known to belong to acme");
    }
    SUBCASE("by a setting for an account") {
        world.request.settings = {
            {"acme", identity::Setting::Kind::account, "bob", "hf-ssh.acme.account"}};
        CHECK(stands(world, "other") == "hf-ssh.acme.account");
        CHECK(stands(world, "good") == "its account is acme");
    }
    SUBCASE("by HF_SSH_ACCOUNT") {
        world.request.environment_account = "bob";
        CHECK(stands(world, "other") == "HF_SSH_ACCOUNT");
        CHECK(stands(world, "silent") == "not known to belong to bob");
    }
    SUBCASE("by the order") {
        world.request.repository.reset();
        CHECK(stands(world, "other") == "it comes later in the order of keys");
        CHECK(stands(world, "stranger") == "hf.co did not know it");
        CHECK(stands(world, "silent") == "hf.co was never asked whose it is");
    }
}

TEST_CASE("reasons: what keeps a key from being offered at all") {
    test::World world;
    world.add("good");
    world.add("dsa").refusal = identity::Refusal::dsa;
    auto& rsa = world.add("rsa", identity::Algorithm::rsa);
    rsa.refusal = identity::Refusal::short_rsa;
    rsa.key->bits = 1024;
    world.add("exposed").exposed = true;
    world.add("public").has_private = false;
    world.add("locked").encrypted = true;
    CHECK(stands(world, "dsa") == "it is a DSA key, which is never offered");
    CHECK(stands(world, "rsa") == "it is an RSA key of only 1024 bits, which is never offered");
    CHECK(stands(world, "exposed") == "it can be read by others, so ssh does not use it");
    CHECK(stands(world, "public") == "only its public half is here");
    CHECK(stands(world, "locked") == "it has a passphrase; another key is ready");
    world.request.typed = "gone";
    CHECK(stands(world, "good") == "rule 1 asks for another key");
    CHECK(stands(world, "dsa") == "it is a DSA key, which is never offered");
}

TEST_CASE("reasons: every candidate has a verdict, and a place in the order") {
    using transport::Verdict;
    test::World world;
    world.add("locked").encrypted = true;
    world.add("exposed").exposed = true;
    world.add("good");
    world.add("public").has_private = false;
    world.add("dsa").refusal = identity::Refusal::dsa;
    const transport::Decision decision = world.decide();
    std::vector<Verdict> verdicts;
    std::vector<std::size_t> ranks;
    for (const transport::Standing& standing : decision.keys) {
        verdicts.push_back(standing.verdict);
        ranks.push_back(standing.rank);
    }
    CHECK(verdicts == std::vector<Verdict>{Verdict::passed_over, Verdict::exposed, Verdict::chosen,
                                           Verdict::public_only, Verdict::refused});
    CHECK(ranks == std::vector<std::size_t>{2, 0, 1, 0, 0});
}

TEST_CASE("reasons: an ssh that offers a key of its own") {
    test::World world;
    world.add("good");
    world.add("added");
    world.memory.accounts[world.print("good")] = "acme";
    CHECK(world.outcome() == "5 good");
    world.request.wrapper.files = {"added"};
    CHECK(world.outcome() == "7 added");
    CHECK(world.reason() == "the ssh that is run offers it itself");
    CHECK(stands(world, "good") == "the ssh that is run offers another key");
    SUBCASE("what a person named cannot win over it, and is not taken for it") {
        world.request.typed = "good";
        const transport::NoKey none = world.problem();
        CHECK(none.cause == transport::NoKey::Cause::wrapper);
        CHECK(none.message ==
              "the ssh that is run offers a key of its own, added, besides good (typed with -i); "
              "nothing was sent");
        world.request.typed = "added";
        CHECK(world.outcome() == "1 added");
    }
    SUBCASE("two of them are one too many") {
        world.request.wrapper.files.push_back("good");
        CHECK(world.problem().cause == transport::NoKey::Cause::wrapper);
    }
    SUBCASE("one that is not there") {
        world.request.wrapper.files = {"gone"};
        CHECK(world.problem().cause == transport::NoKey::Cause::not_there);
    }
}

#include "hfssh/manage/keys/checks.hpp"

#include "unit/transport/decision_world.hpp"

using namespace hfssh;
using hfssh::manage::Check;
using hfssh::manage::judge_key;
using Result = hfssh::manage::Check::Result;

namespace {

constexpr const char* path = "/keys/id";

// "failure exposed, warning misleading-public: usable"
std::string verdict(const test::World& world) {
    const auto judgement = judge_key(world.inventory.candidates.front(), world.inventory);
    std::string text;
    for (const Check& finding : judgement.findings) {
        CHECK_FALSE(finding.found.empty());
        CHECK((finding.result == Result::ok) == finding.fix.empty());
        if (!text.empty()) text += ", ";
        text += finding.result == Result::ok        ? "note "
                : finding.result == Result::warning ? "warning "
                                                    : "failure ";
        text += finding.name;
    }
    text += judgement.usable ? ": usable" : ": not usable";
    return text + (judgement.ready ? ", ready" : "");
}

const Check& first(const manage::KeyJudgement& judgement) {
    REQUIRE_FALSE(judgement.findings.empty());
    return judgement.findings.front();
}

}  // namespace

TEST_CASE("key check: a file") {
    test::World world;
    test::Candidate& key = world.add(path);
    SUBCASE("as it should be") {
        CHECK(verdict(world) == ": usable, ready");
    }
    SUBCASE("others may read it") {
        key.exposed = true;
        CHECK(verdict(world) == "failure exposed: not usable");
        CHECK(first(judge_key(key, world.inventory)).fix == "chmod 600 /keys/id");
    }
    SUBCASE("others may read it, but the agent has it too") {
        key.exposed = key.in_agent = true;
        CHECK(verdict(world) == "warning exposed: usable, ready");
    }
    SUBCASE("the .pub is of another key") {
        key.misleading = true;
        CHECK(verdict(world) == "warning misleading-public: usable, ready");
        CHECK(first(judge_key(key, world.inventory)).fix ==
              "ssh-keygen -y -f /keys/id > /keys/id.pub");
    }
    SUBCASE("the certificate is of another key") {
        key.misleading = key.has_public = true;
        CHECK(verdict(world) == "warning misleading-certificate: usable, ready");
        CHECK(first(judge_key(key, world.inventory)).fix == "rm /keys/id-cert.pub");
    }
    SUBCASE("a name that a shell would take apart") {
        key.path = "/keys/my id";
        key.exposed = true;
        CHECK(first(judge_key(key, world.inventory)).fix == "chmod 600 '/keys/my id'");
    }
}

TEST_CASE("key check: a passphrase") {
    test::World world;
    test::Candidate& key = world.add(path);
    key.encrypted = true;
    const auto fix = [&] { return first(judge_key(key, world.inventory)).fix; };
    SUBCASE("the agent has other keys") {
        CHECK(verdict(world) == "warning locked: usable");
        CHECK(fix() == "ssh-add /keys/id");
    }
    SUBCASE("the agent has it") {
        key.in_agent = true;
        CHECK(verdict(world) == ": usable, ready");
    }
    SUBCASE("no agent") {
        world.inventory.agent = test::AgentState::none;
        CHECK(verdict(world) == "warning no-agent: usable");
        CHECK(fix() == "eval \"$(ssh-agent -s)\" && ssh-add /keys/id");
    }
    for (const auto state : {test::AgentState::unreachable, test::AgentState::timed_out,
                             test::AgentState::refused, test::AgentState::broken}) {
        CAPTURE(static_cast<int>(state));
        world.inventory.agent = state;
        key.in_agent = false;
        CHECK(verdict(world) == "warning agent-unreachable: usable");
        CHECK(fix() == "eval \"$(ssh-agent -s)\" && ssh-add /keys/id");
    }
}

TEST_CASE("key check: a token's PIN") {
    test::World world;
    test::Candidate& key = world.add("");
    key.has_private = false;
    key.provider = "/lib/p11.so";
    CHECK(verdict(world) == "warning locked: usable");
    const auto judgement = judge_key(key, world.inventory);
    CHECK(first(judgement).fix == "ssh-add -s /lib/p11.so");
    CHECK(first(judgement).found == "it has a PIN, and the ssh-agent does not have the key");
}

TEST_CASE("key check: only the public half") {
    test::World world;
    test::Candidate& key = world.add("/keys/id.pub");
    key.has_private = false;
    key.has_public = true;
    SUBCASE("the agent does not have it") {
        CHECK(verdict(world) == "failure public-only: not usable");
    }
    SUBCASE("the agent has it") {
        key.in_agent = true;
        CHECK(verdict(world) == ": usable, ready");
    }
    SUBCASE("no agent") {
        world.inventory.agent = test::AgentState::none;
        CHECK(verdict(world) == "failure no-agent: not usable");
    }
    SUBCASE("the agent cannot be reached") {
        world.inventory.agent = test::AgentState::unreachable;
        CHECK(verdict(world) == "failure agent-unreachable: not usable");
    }
}

TEST_CASE("key check: types") {
    test::World world;
    SUBCASE("DSA, and nothing else counts then") {
        test::Candidate& key = world.add(path);
        key.refusal = test::Refusal::dsa;
        key.exposed = key.encrypted = true;
        CHECK(verdict(world) == "failure dsa: not usable");
        CHECK(first(judge_key(key, world.inventory)).fix == "git hf-ssh keys new");
    }
    SUBCASE("RSA that is too short") {
        test::Candidate& key = world.add(path, test::Algorithm::rsa);
        key.refusal = test::Refusal::short_rsa;
        key.key->bits = 1024;
        CHECK(verdict(world) == "failure short-rsa: not usable");
        CHECK(first(judge_key(key, world.inventory)).found == "it is an RSA key of 1024 bits");
    }
    SUBCASE("RSA") {
        world.add(path, test::Algorithm::rsa);
        CHECK(verdict(world) == "note rsa: usable, ready");
    }
    SUBCASE("in a security key") {
        world.add(path).hardware = true;
        CHECK(verdict(world) == "note hardware: usable, ready");
    }
    SUBCASE("in an agent that asks") {
        world.add_agent_key("work");
        world.inventory.agent_asks_person = true;
        CHECK(verdict(world) == "note agent-asks: usable, ready");
    }
}

TEST_CASE("key check: a path without a key") {
    using Kind = identity::NotStored::Kind;
    const auto name = [](Kind kind) {
        return manage::check_place({path, std::nullopt, {kind, "is a directory"}}).name;
    };
    CHECK(name(Kind::missing) == "missing");
    CHECK(name(Kind::unreadable) == "unreadable");
    CHECK(name(Kind::no_key) == "no-key");
    CHECK(manage::check_place({path, std::nullopt, {Kind::no_key, "it is empty"}}).found ==
          "/keys/id is not a key: it is empty");
}

TEST_CASE("key check: no choice") {
    test::World world;
    const auto check = [&] { return manage::check_choice(world.problem()); };
    SUBCASE("no key at all") {
        CHECK(check().name == "none");
        CHECK(check().fix == "make one: git hf-ssh keys new");
    }
    SUBCASE("a setting names a file that is missing") {
        world.request.environment_identity = path;
        world.inventory.places.push_back({path, std::nullopt, {}});
        CHECK(check().name == "missing");
    }
    SUBCASE("a fingerprint") {
        world.request.environment_identity = "SHA256:x";
        CHECK(check().name == "unknown-key");
    }
}

TEST_CASE("key check: anonymous") {
    test::World world;
    world.add(path);
    world.add_agent_key("work");
    CHECK(manage::anonymous_key(world.at(path)).fix == "git hf-ssh keys check --open /keys/id");
    const test::Candidate& held = world.inventory.candidates.back();
    CHECK(manage::anonymous_key(held).fix == "git hf-ssh keys check --open " + held.fingerprint());
}

// What is proposed when hf.co let the key in and the command failed: only what can win.
#include "transport/advice.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "unit/transport/decision_world.hpp"

using namespace hfssh;
using namespace std::chrono_literals;
using test::Algorithm;
using test::Setting;
using test::World;
using transport::Lesson;
using Texts = std::vector<std::string>;

namespace {

struct Said {
    std::string message;
    Texts hints;
};

Said advice(const World& world, const std::string& account, std::chrono::seconds age = 0s,
            hub::Service service = hub::Service::receive_pack,
            const std::vector<settings::GitSetting>& settings = {}) {
    transport::Facts facts = world.facts(service);
    facts.git->all = settings;
    transport::Remembered remembered;
    remembered.answer = identity::Asked{account, {}};
    remembered.age = age;
    Lesson lesson;
    transport::explain_account(lesson, facts, world.decide(), remembered);
    Said said;
    for (const Lesson::Line& line : lesson.lines) {
        if (line.kind == Lesson::Line::Kind::hint) {
            said.hints.push_back(line.text);
        } else {
            said.message += line.text;
        }
    }
    return said;
}

World with_keys(const Texts& names) {
    World world;
    for (const std::string& name : names)
        world.add("/" + name);
    return world;
}

const std::string add_first = "add the key to your account: git hf-ssh keys check --open /k1";
const std::string see_alice =
    "see what alice may do there: git hf-ssh access git@hf.co:datasets/acme/corpus";
const std::string see_all =
    "see which of your keys may do this: git hf-ssh access --all-keys "
    "git@hf.co:datasets/acme/corpus";

}  // namespace

TEST_CASE("advice: one key") {
    const World world = with_keys({"k1"});
    const Said stranger = advice(world, "anonymous");
    CHECK(stranger.message.starts_with(
        "hf.co does not know this key (it answered \"Hi anonymous\")\nkey: /k1 (ED25519 SHA256:"));
    CHECK(stranger.hints == Texts{add_first});
    const Said known = advice(world, "alice");
    CHECK(known.message.starts_with("hf.co knows this key as \"alice\"\nkey: /k1"));
    CHECK(known.hints == Texts{see_alice});
    CHECK(advice(world, "alice", 2h)
              .message.starts_with("hf.co knows this key as \"alice\" (2 hours ago)\n"));
    CHECK(advice(world, "anonymous", 2h)
              .message.starts_with(
                  "hf.co did not know this key when it was asked (2 hours ago): it answered"));
    CHECK(advice(world, "").message.empty());
    CHECK(advice(world, "").hints.empty());
}

TEST_CASE("advice: another answer than before") {
    World world = with_keys({"k1"});
    world.memory.accounts[world.print("/k1")] = "bob";
    const char* const words = "it belongs to bob, by an earlier answer";
    CHECK(advice(world, "anonymous").message.ends_with(words));
    CHECK(advice(world, "alice").message.ends_with(words));
    CHECK(advice(world, "bob").message.ends_with("it belongs to bob"));
}

TEST_CASE("advice: a locked key's answer is never of now") {
    World world = with_keys({"k1"});
    world.inventory.candidates[0].encrypted = true;
    CHECK(advice(world, "anonymous")
              .message.starts_with("hf.co did not know this key when it was asked (just now)"));
}

TEST_CASE("advice: another key") {
    World world = with_keys({"k1", "k2"});
    world.memory.accounts[world.print("/k1")] = "alice";
    world.request.settings = {{"", Setting::Kind::identity, "/k1", "hf-ssh.identity"}};
    const std::vector<settings::GitSetting> global = {{"global", "hf-ssh.identity", "/k1"}};
    CHECK(advice(world, "alice", 0s, hub::Service::receive_pack, global).hints ==
          Texts{see_all, see_alice});
    SUBCASE("of the namespace") {
        world.memory.accounts[world.print("/k2")] = "Acme";
        CHECK(advice(world, "alice", 0s, hub::Service::receive_pack, global).hints ==
              Texts{"use the key of Acme: git hf-ssh use /k2 --for acme", see_alice});
    }
    SUBCASE("of the namespace, and cannot be used") {
        world.memory.accounts[world.print("/k2")] = "acme";
        world.inventory.candidates[1].exposed = true;
        CHECK(advice(world, "alice", 0s, hub::Service::receive_pack, global).hints ==
              Texts{see_alice});
    }
    SUBCASE("cannot win over the environment") {
        world.memory.accounts[world.print("/k2")] = "acme";
        world.request.environment_identity = "/k1";
        const Said said = advice(world, "alice");
        CHECK(said.hints == Texts{see_alice});
        CHECK(said.message.ends_with(
            "\nHF_SSH_IDENTITY chose this key, and no setting can change that"));
    }
    SUBCASE("cannot win over the command line") {
        world.memory.accounts[world.print("/k2")] = "acme";
        world.request.typed = "/k1";
        const Said said = advice(world, "anonymous");
        CHECK(said.hints == Texts{add_first});
        CHECK(said.message.ends_with(
            "\nthe command line chose this key, and no setting can change that"));
    }
    SUBCASE("cannot win over git's -c") {
        world.memory.accounts[world.print("/k2")] = "acme";
        const std::vector<settings::GitSetting> typed = {{"command", "hf-ssh.identity", "/k1"}};
        const Said said = advice(world, "alice", 0s, hub::Service::receive_pack, typed);
        CHECK(said.hints == Texts{see_alice});
        CHECK(said.message.find("hf-ssh.identity of git's -c chose") != std::string::npos);
    }
    SUBCASE("the repository's own setting is changed itself") {
        world.memory.accounts[world.print("/k2")] = "acme";
        world.request.settings = {{"acme", Setting::Kind::identity, "/k1", "hf-ssh.acme.identity"}};
        const std::vector<settings::GitSetting> local = {{"local", "hf-ssh.acme.identity", "/k1"}};
        CHECK(advice(world, "alice", 0s, hub::Service::receive_pack, local).hints.front() ==
              "use the key of acme: git config --local hf-ssh.acme.identity /k2");
    }
}

TEST_CASE("advice: a type that may be missing") {
    World world = with_keys({"k1"});
    world.request.repository = hub::Repository{"", "acme", "corp us"};
    const auto hints = advice(world, "alice", 0s, hub::Service::upload_pack).hints;
    REQUIRE(hints.size() == 3);
    CHECK(hints[1] == "if it is a dataset: git hf-ssh access 'git@hf.co:datasets/acme/corp us'");
    CHECK(hints[2] == "if it is a Space: git hf-ssh access 'git@hf.co:spaces/acme/corp us'");
    CHECK(advice(world, "alice").hints.size() == 3);  // a push
    world.request.repository->type = "spaces";
    CHECK(advice(world, "alice").hints.size() == 1);
}

TEST_CASE("advice: no word of others reaches a shell or the terminal raw") {
    World world;
    world.add("/a b;c");
    world.request.repository = hub::Repository{"", "$(id)", "x\x1b[2J"};
    const Said said = advice(world, "al\x1b[2Jice");
    REQUIRE(said.hints.size() == 3);
    for (const std::string& hint : said.hints)
        CHECK(hint.find('\x1b') == std::string::npos);
    CHECK(said.hints[0].find("'git@hf.co:$(id)/") != std::string::npos);
    CHECK(advice(world, "anonymous").hints[0].ends_with(" '/a b;c'"));
}

TEST_CASE("advice: the check of a key from the environment") {
    World world = with_keys({"k1"});
    test::Candidate& key = world.inventory.candidates[0];
    CHECK(transport::check_command(key, {}) == "git hf-ssh keys check /k1");
    key.origin = test::Origin::environment;  // HF_SSH_IDENTITY: the file stays
    CHECK(transport::check_command(key, "--open") == "git hf-ssh keys check --open /k1");
    key.origin = test::Origin::secret;
    CHECK(transport::check_command(key, {}) == "git hf-ssh whoami");
    CHECK(transport::check_command(key, "--open") == "git hf-ssh keys check --open");
}

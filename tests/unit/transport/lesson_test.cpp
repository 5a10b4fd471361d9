// How ssh ended, what the helper reported and what hf.co answered: what is said, and what is
// remembered.
#include "hfssh/transport/lesson.hpp"

#include <doctest/doctest.h>

#include <string>

#include "unit/transport/decision_world.hpp"

using namespace hfssh;
using hub::Service;
using ssh::Report;
using test::World;
using transport::Ended;
using transport::Lesson;
using transport::Remembered;

namespace {

constexpr int ssh_itself = 255;

World one_key() {
    World world;
    world.add("/k");
    return world;
}

Ended ended(int status, Report report = Report::accepted) {
    Ended ended;
    ended.ssh.status = status;
    ended.report = report;
    ended.reports = true;
    return ended;
}

Remembered looked(const char* said) {
    Remembered remembered;
    remembered.look.emplace().said = said;
    return remembered;
}

// "first line of the message | hint | hint"
std::string said(const World& world, const Ended& ended, const Remembered& remembered = {},
                 Service service = Service::receive_pack) {
    std::string text;
    const auto lesson = transport::learn(world.facts(service), world.decide(), ended, remembered);
    for (const Lesson::Line& line : lesson.lines) {
        if (!text.empty()) text += " | ";
        text += line.text.substr(0, line.text.find('\n'));
    }
    return text;
}

bool remembers(const World& world, const Ended& ended, Service service) {
    return transport::learn(world.facts(service), world.decide(), ended, {}).remember_push;
}

}  // namespace

TEST_CASE("lesson: a success says nothing, and a push is remembered") {
    const World world = one_key();
    CHECK(said(world, ended(0)).empty());
    CHECK(remembers(world, ended(0), Service::receive_pack));
    CHECK_FALSE(remembers(world, ended(0), Service::upload_pack));
    CHECK_FALSE(remembers(world, ended(1), Service::receive_pack));
    World nameless = one_key();
    nameless.request.repository.reset();
    CHECK_FALSE(remembers(nameless, ended(0), Service::receive_pack));
}

TEST_CASE("lesson: nothing is said of what was said, or of a signal") {
    const World world = one_key();
    CHECK(said(world, ended(ssh_itself, Report::explained)).empty());
    Ended killed = ended(0);
    killed.ssh.signal = 15;
    CHECK(said(world, killed).empty());
    Ended interrupted = ended(ssh_itself);
    interrupted.ssh.interrupted = true;
    CHECK(said(world, interrupted).empty());
}

TEST_CASE("lesson: a host key that was not checked is said whatever came of it") {
    const World world = one_key();
    const char* warning = "warning: the ssh that was run did not have the host key of hf.co";
    CHECK(said(world, ended(0, Report::none)).starts_with(warning));
    CHECK(said(world, ended(128, Report::none)).starts_with(warning));
    Ended without_channel = ended(0, Report::none);  // no /proc
    without_channel.reports = false;
    CHECK(said(world, without_channel).empty());
}

TEST_CASE("lesson: the login failed, or the line broke") {
    World world = one_key();
    const Ended lost = ended(ssh_itself);
    CHECK(said(world, lost, looked("Permission denied (publickey).")) ==
          "hf.co's host key is right, but the login failed | check the key: git hf-ssh keys check "
          "/k");
    CHECK(said(world, lost, looked("agent refused operation")) ==
          "the ssh-agent refused to sign with this key | see which keys the agent holds: ssh-add "
          "-l");
    CHECK(said(world, lost, looked("")) == "the connection to hf.co broke; try again");
    CHECK(said(world, lost).starts_with("the login failed, or the connection broke afterwards"));
    world.inventory.candidates[0].encrypted = true;
    CHECK(said(world, lost)
              .starts_with("the key could not be unlocked: its passphrase cannot be asked for here "
                           "| unlock it once"));
    Remembered at_terminal;
    at_terminal.terminal = true;
    CHECK(said(world, lost, at_terminal)
              .starts_with("the key was not unlocked, or the connection broke; ssh says above "));
    // It was unlocked, rightly.
    Ended cut = lost;
    cut.logged_in = true;
    CHECK(said(world, cut, at_terminal) == "the connection to hf.co broke; try again");
    CHECK_FALSE(transport::needs_look(world.facts(), world.decide(), cut));
}

TEST_CASE("lesson: no connection, by its cause") {
    const World world = one_key();
    const Ended none = ended(ssh_itself, Report::none);
    const struct {
        const char* look;
        std::string expected;
    } table[] = {
        {"Could not resolve hostname", "no connection to hf.co: the name "},
        {"No route to host", "no connection to hf.co: there is no route to "},
        {"port 22: Permission denied", "no connection to hf.co: this machine (a firewall"},
        {"kex_exchange_identification: x\nwhat answers there speaks HTTP, not SSH",
         "no connection to hf.co: what answers there speaks HTTP, not SSH | log in to the network"},
        {"kex_exchange_identification: x", "hf.co is busy: it closed the connection before"},
        {"Unable to negotiate", "no connection to hf.co: your ssh configuration and the server"},
        {"KnownHostsCommand failed", "no connection to hf.co: ssh could not run the program"},
        {"something else",
         "no connection to hf.co; what is above came from ssh, or from a server that is not "
         "verified | check each step"},
    };
    for (const auto& row : table) {
        INFO(row.look);
        CHECK(said(world, none, looked(row.look)).starts_with(row.expected));
    }
}

TEST_CASE("lesson: what was not git") {
    World world = one_key();
    CHECK(said(world, ended(1), {}, Service::other).empty());
    CHECK(said(world, ended(1), {}, Service::upload_archive) ==
          "hf.co made no archive: it is not known to serve git archive --remote | clone the "
          "repository instead: git clone --depth 1 git@hf.co:datasets/acme/corpus");
    const std::string lfs = said(world, ended(1), {}, Service::lfs_authenticate);
    CHECK(lfs.starts_with("key: /k (ED25519 "));
    transport::Facts facts = world.facts(Service::other);
    facts.endpoint.line.command = {"scp -t x"};
    const auto lesson = transport::learn(facts, world.decide(), ended(1), {});
    REQUIRE(lesson.lines.size() == 1);
    CHECK(lesson.lines[0].text == "hf.co serves git only: scp and sftp cannot be used with it");
}

TEST_CASE("lesson: when hf.co is asked, and when ssh is run once more") {
    World world = one_key();
    const auto account = [&](const Ended& end, Service service = Service::receive_pack) {
        return transport::needs_account(world.facts(service), world.decide(), end);
    };
    const auto look = [&](const Ended& end) {
        return transport::needs_look(world.facts(), world.decide(), end);
    };
    CHECK(account(ended(1)));
    CHECK_FALSE(account(ended(0)));
    CHECK_FALSE(account(ended(1), Service::other));
    CHECK_FALSE(account(ended(1), Service::lfs_authenticate));  // no memory: each would ask
    CHECK_FALSE(account(ended(1, Report::refused)));
    CHECK_FALSE(account(ended(ssh_itself)));
    CHECK(look(ended(ssh_itself)));
    CHECK(look(ended(ssh_itself, Report::none)));
    CHECK_FALSE(look(ended(ssh_itself, Report::refused)));
    CHECK_FALSE(look(ended(1)));
    world.inventory.candidates[0].encrypted = true;  // it would ask for the passphrase again
    CHECK_FALSE(look(ended(ssh_itself)));
    CHECK(look(ended(ssh_itself, Report::none)));
    transport::Facts proxied = world.facts();
    proxied.endpoint.proxy_command = "nc %h %p";
    CHECK_FALSE(transport::needs_look(proxied, world.decide(), ended(ssh_itself, Report::none)));
}

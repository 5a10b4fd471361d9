#include "hfssh/native/session/presented_keys.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <string>

#include "hfssh/hub/server_key.hpp"
#include "hfssh/system/encode.hpp"
#include "hfssh/system/text.hpp"
#include "native/session/library.hpp"
#include "support/host_keys.hpp"
#include "support/sshd.hpp"

using namespace hfssh::native;
using hfssh::test::InlineServer;
using Outcome = PresentedKey::Outcome;
using namespace std::chrono_literals;

namespace {

Deadline soon() {
    return std::chrono::steady_clock::now() + 60s;
}

Place through(const std::string& command) {
    Place place;
    place.host = "hf.co";
    place.proxy_command = command;
    return place;
}

PresentedKeys look(const std::string& command) {
    return look_at_presented_keys(through(command), soon());
}

const PresentedKey& key_of(const PresentedKeys& keys, std::string_view type) {
    const auto found = std::find_if(keys.keys.begin(), keys.keys.end(),
                                    [&](const PresentedKey& key) { return key.type == type; });
    REQUIRE(found != keys.keys.end());
    return *found;
}

// "ssh-ed25519 AAAA…" without the comment.
std::string line_of(const PresentedKey& key) {
    return key.key ? key.key->type + " " + key.key->base64() : std::string();
}

std::string without_comment(const std::string& line) {
    const auto words = hfssh::system::words(line);
    return std::string(words.at(0)) + " " + std::string(words.at(1));
}

}  // namespace

TEST_CASE("every type of host key that libssh2 can check is presented and proven") {
    const InlineServer server({"ed25519", "ecdsa", "rsa"});
    const PresentedKeys result = look(server.command());
    REQUIRE(result.problem.empty());
    CHECK(result.reached);
    REQUIRE(result.keys.size() == askable_types.size());
    for (const auto& [kind, type] :
         {std::pair{"ed25519", "ssh-ed25519"}, {"ecdsa", "ecdsa-sha2-nistp256"}}) {
        const PresentedKey& key = key_of(result, type);
        CHECK_MESSAGE(key.outcome == Outcome::proven, key.text);
        CHECK(key.text.empty());
        CHECK(key.key_exchange.starts_with("curve25519-sha256"));
        CHECK(line_of(key) == without_comment(server.public_line(kind)));
    }
    CHECK(key_of(result, "ecdsa-sha2-nistp521").outcome == Outcome::not_offered);
    // libssh2 1.10 has no rsa-sha2, and SHA-1 proves nothing.
    const PresentedKey& rsa = key_of(result, "ssh-rsa");
    if (rsa.outcome == Outcome::proven) {
        CHECK(line_of(rsa) == without_comment(server.public_line("rsa")));
    } else {
        CHECK(rsa.outcome == Outcome::not_checked);
        CHECK(rsa.text.find("libssh2") != std::string::npos);
    }
}

TEST_CASE("a key exchange that proves nothing is not entered") {
    const InlineServer server({"ed25519"}, "KexAlgorithms diffie-hellman-group14-sha1\n");
    const PresentedKeys result = look(server.command());
    for (const PresentedKey& key : result.keys) {
        INFO(key.text);
        CHECK(key.outcome != Outcome::proven);
        CHECK(!key.key);
        CHECK(!key.text.empty());
    }
}

TEST_CASE("a ProxyCommand runs once at a time") {
    const InlineServer server({"ed25519", "ecdsa", "rsa"});
    const hfssh::test::TempDirectory directory;
    const std::string script =
        "for one in $(cat pids); do kill -0 $one && echo $one >>busy; done; echo $$ >>pids; exec " +
        server.command();
    const PresentedKeys result =
        look("sh -c " + hfssh::system::shell_quote("cd " + (directory / "") +
                                                   " && touch pids busy;" + script));
    CHECK(key_of(result, "ssh-ed25519").outcome == Outcome::proven);
    const std::string pids = directory.read("pids");
    CHECK(std::count(pids.begin(), pids.end(), '\n') == 5);
    CHECK(directory.read("busy").empty());
}

TEST_CASE("what answers is not a server that could be asked") {
    for (const char* command :
         {"printf 'HTTP/1.1 400 Bad Request\\r\\n\\r\\n'", "printf 'Exceeded MaxStartups\\r\\n'",
          "true", "printf 'SSH-2.0-x\\r\\n'", "printf 'SSH-2.0-x\\r\\nrubbish rubbish rubbish'"}) {
        const PresentedKeys result = look(command);
        INFO(command);
        CHECK(!result.problem.empty());
        CHECK(result.keys.empty());
    }
}

TEST_CASE("a server that falls silent costs no more than the deadline") {
    const auto start = std::chrono::steady_clock::now();
    SUBCASE("before its offer") {
        const PresentedKeys result = look_at_presented_keys(through("sleep 60"), start + 300ms);
        CHECK(result.problem == "the server did not answer in time");
    }
    SUBCASE("the caller gives up") {
        const PresentedKeys result = look_at_presented_keys(through("sleep 60"), soon(), [start] {
            return std::chrono::steady_clock::now() > start + 200ms;
        });
        CHECK(result.problem == "interrupted");
    }
    CHECK(std::chrono::steady_clock::now() - start < 10s);
}

TEST_CASE("message watch: a status that was told is seen, whoever's the channel") {
    using std::string_literals::operator""s;
    MessageWatch watch;
    CHECK_FALSE(watch.works());
    watch.look_at("\x5b\0\0\0\0"s);
    CHECK(watch.works());
    watch.look_at(
        "\x62\0\0\0\0\0\0\0\x0b"
        "exit-signal"s);
    watch.look_at("\x62\0\0"s);
    watch.look_at("");
    watch.look_at(
        "\x5e\0\0\0\0\0\0\0\x0b"
        "exit-status"s);  // data that says so
    CHECK_FALSE(watch.status_told());
    watch.look_at(
        "\x62\0\0\0\x01\0\0\0\x0b"
        "exit-status\0\0\0\0\0"s);
    CHECK(watch.status_told());
}

#include "hfssh/native/session/presented_keys.hpp"

#include <doctest/doctest.h>
#include <cstdlib>

#include <algorithm>
#include <chrono>
#include <string>

#include "hfssh/hub/host_keys.hpp"
#include "hfssh/system/encode.hpp"
#include "hfssh/system/text.hpp"
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

std::string blob_of(const std::string& line) {
    return hfssh::system::base64_decode(hfssh::system::words(line).at(1)).value();
}

std::string hex(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const char c : bytes) {
        text += digits[static_cast<unsigned char>(c) >> 4U];
        text += digits[static_cast<unsigned char>(c) & 15U];
    }
    return text;
}

// The server behind a relay of tests/support/twist.py.
std::string twisted(const InlineServer& server, const std::string& how) {
    return "python3 -B " +
           hfssh::system::shell_quote(std::string(std::getenv("HFSSH_TESTS")) +
                                      "/support/twist.py") +
           " " + how + " " + server.command();
}

}  // namespace

TEST_CASE("every type of host key that a server offers is presented and proven") {
    const InlineServer server({"ed25519", "ecdsa", "rsa"});
    const PresentedKeys result = look(server.command());
    REQUIRE(result.problem.empty());
    CHECK(result.reach == Reach::connected);
    CHECK(result.peer == "ProxyCommand");
    CHECK(result.version.find("SSH-2.0-OpenSSH") == 0);
    REQUIRE(result.keys.size() == 3);
    for (const auto& [kind, type] : {std::pair{"ed25519", "ssh-ed25519"},
                                     {"ecdsa", "ecdsa-sha2-nistp256"},
                                     {"rsa", "ssh-rsa"}}) {
        const PresentedKey& key = key_of(result, type);
        CHECK_MESSAGE(key.outcome == Outcome::proven, key.text);
        CHECK(key.text.empty());
        CHECK(line_of(key) == without_comment(server.public_line(kind)));
    }
}

TEST_CASE("an RSA key that is proven with SHA-1 only is presented, not proven") {
    const InlineServer server({"rsa"}, "HostKeyAlgorithms ssh-rsa\n");
    const PresentedKeys result = look(server.command());
    REQUIRE_MESSAGE(result.keys.size() == 1, result.problem);
    CHECK(result.keys[0].outcome == Outcome::presented);
    CHECK(result.keys[0].text.find("SHA-1") != std::string::npos);
    CHECK(line_of(result.keys[0]) == without_comment(server.public_line("rsa")));
}

TEST_CASE("a key exchange that proves nothing is not entered") {
    const InlineServer server({"ed25519"}, "KexAlgorithms diffie-hellman-group14-sha1\n");
    const PresentedKeys result = look(server.command());
    REQUIRE_MESSAGE(result.keys.size() == 1, result.problem);
    CHECK(result.keys[0].outcome == Outcome::failed);
    CHECK(!result.keys[0].text.empty());
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
    CHECK(result.keys.size() == 3);
    const std::string pids = directory.read("pids");
    CHECK(std::count(pids.begin(), pids.end(), '\n') == 4);
    CHECK(directory.read("busy").empty());
}

TEST_CASE("a server that presents a key that is not its own is found out") {
    SUBCASE("Ed25519, the published key") {
        const InlineServer server({"ed25519"});
        const std::string published = hfssh::test::published("ssh-ed25519");
        const PresentedKeys result =
            look(twisted(server, "replace " + hex(blob_of(server.public_line("ed25519"))) + " " +
                                     hex(blob_of(published))));
        REQUIRE_MESSAGE(result.keys.size() == 1, result.problem);
        CHECK_MESSAGE(result.keys[0].outcome == Outcome::false_proof, result.keys[0].text);
        CHECK(line_of(result.keys[0]) == published);
    }
    SUBCASE("RSA, another key") {
        const InlineServer server({"rsa"});
        const InlineServer other({"rsa"});
        const PresentedKeys result =
            look(twisted(server, "replace " + hex(blob_of(server.public_line("rsa"))) + " " +
                                     hex(blob_of(other.public_line("rsa")))));
        REQUIRE_MESSAGE(result.keys.size() == 1, result.problem);
        CHECK_MESSAGE(result.keys[0].outcome == Outcome::false_proof, result.keys[0].text);
        CHECK(line_of(result.keys[0]) == without_comment(other.public_line("rsa")));
    }
    SUBCASE("a signature with one bit turned") {
        const InlineServer server({"rsa"}, "HostKeyAlgorithms rsa-sha2-512\n");
        const PresentedKeys result =
            look(twisted(server, "last " + hex(hfssh::test::field("rsa-sha2-512"))));
        REQUIRE_MESSAGE(result.keys.size() == 1, result.problem);
        CHECK_MESSAGE(result.keys[0].outcome == Outcome::false_proof, result.keys[0].text);
    }
}

TEST_CASE("a key that is not in its canonical form is refused") {
    const InlineServer server({"ed25519"});
    // One byte shorter than it is, and so one left over.
    const std::string blob = blob_of(server.public_line("ed25519"));
    std::string shorter = blob;
    shorter[4 + 11 + 3] = '\x1f';
    const PresentedKeys result = look(twisted(server, "replace " + hex(blob) + " " + hex(shorter)));
    REQUIRE_MESSAGE(result.keys.size() == 1, result.problem);
    CHECK(result.keys[0].outcome == Outcome::unreadable);
    CHECK(line_of(result.keys[0]).empty());
}

TEST_CASE("what answers is not a server that could be asked") {
    struct Case {
        const char* command;
        const char* problem;
    };
    for (const Case& c : {
             Case{"printf 'HTTP/1.1 400 Bad Request\\r\\n\\r\\n'",
                  "the server closed the connection, and said: HTTP/1.1 400 Bad Request"},
             {"printf 'Exceeded MaxStartups\\r\\n'",
              "the server closed the connection, and said: Exceeded MaxStartups"},
             {"printf 'SSH-1.5-old\\r\\n'; cat", "the server speaks only version 1 of SSH"},
             {"true", "the server closed the connection"},
             {"printf 'SSH-2.0-x\\r\\n'", "the server closed the connection"},
             {"printf 'SSH-2.0-x\\r\\nrubbish rubbish rubbish'; cat",
              "the server's offer is damaged"},
         }) {
        const PresentedKeys result = look(c.command);
        INFO(c.command);
        CHECK(result.problem == c.problem);
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

TEST_CASE("a line that is cut anywhere ends in a failure, not a hang") {
    const InlineServer server({"ed25519", "rsa"});
    for (int bytes = 0; bytes < 2400; bytes += 240) {
        const PresentedKeys result = look(twisted(server, "cut " + std::to_string(bytes)));
        for (const PresentedKey& key : result.keys) {
            INFO(bytes, " ", key.text);
            if (key.outcome != Outcome::proven) CHECK(!key.text.empty());
        }
        if (bytes < 240) CHECK(!result.problem.empty());
    }
}

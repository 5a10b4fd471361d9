// What sshd(8) never does: a server that first proves one host key, and then shows another in an
// exchange that it lets fail; one that sends without end.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "hfssh/native/session/presented_keys.hpp"
#include "hfssh/native/session/session.hpp"
#include "support/connections.hpp"
#include "support/ssh_keys.hpp"
#include "support/ssh_server.hpp"
#include "support/temp_directory.hpp"

using namespace hfssh;
using test::HostKey;
using test::SshServer;

namespace {

constexpr char service_accept = 6;
constexpr char userauth_request = 50;

std::string accept_service() {
    return std::string(1, service_accept) + hub::wire_string("ssh-userauth");
}

// A whole session whose person trusts TRUSTED, with a server that does SERVE; the messages that it
// was sent afterwards, by their numbers.
struct Outcome {
    int status = 0;
    std::string heard;
    std::string trouble;
};

Outcome meet(const HostKey& trusted, const HostKey& own,
             const std::function<void(SshServer&)>& serve) {
    const test::TempDirectory directory;
    test::make_key(directory / "id_ed25519", {"-t", "ed25519"});
    transport::Order order;
    order.user = "git";
    order.typed_host = "hf.co";
    order.trusted = {
        "=" + directory.write("known_hosts",
                              "hf.co ssh-ed25519 " + system::base64_encode(trusted.blob()) + "\n")};
    order.host_key_algorithms = "ssh-ed25519";
    order.identity_file = directory / "id_ed25519";
    order.place.proxy_command = "false";  // nobody is asked a second time
    std::array<int, 2> ends = {-1, -1};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0);
    ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
    Outcome outcome;
    std::thread server([&] {
        try {
            SshServer side(ends[1], own);
            side.exchange();
            outcome.heard += side.receive().substr(0, 1);
            serve(side);
            for (std::string next = side.receive(); !next.empty(); next = side.receive()) {
                outcome.heard += next.front();
                if (next.front() == userauth_request) break;
            }
        } catch (const std::exception& error) {
            outcome.trouble = error.what();
        }
        ::close(ends[1]);
    });
    outcome.status =
        native::run_session(order, native::Stream(system::UniqueFd(ends[0]), "a test"));
    server.join();
    return outcome;
}

// All at once, so that the library meets no pause between them.
void show_another(SshServer& side, const HostKey& shown, const HostKey& signer) {
    std::string all = side.seal(SshServer::offer());
    all += side.seal(SshServer::reply(shown.blob(), std::string(test::curve_size, '\x09'),
                                      signer.signature("something else")));
    all += side.seal(accept_service());
    side.send(all);
}

// What libssh2 tells `host-keys check` of a server on loopback.
native::PresentedKeys look_at(const HostKey& own, const std::function<void(SshServer&)>& serve) {
    const test::Port port(2);
    std::thread server([&] {
        const system::UniqueFd socket = port.accept();
        try {
            SshServer side(socket.get(), own);
            side.exchange();
            (void)side.receive();
            serve(side);
            (void)side.receive();
        } catch (const std::exception&) {
            return;  // the client goes once it knows enough
        }
    });
    auto keys = native::look_at_presented_keys(test::at("127.0.0.1", port.number()),
                                               {{"ssh-ed25519", "ssh-ed25519"}}, test::soon());
    server.join();
    return keys;
}

}  // namespace

TEST_CASE("a server with a trusted key is told the user's name") {
    const HostKey genuine('g');
    const Outcome outcome =
        meet(genuine, genuine, [](SshServer& side) { side.send(side.seal(accept_service())); });
    CHECK_MESSAGE(outcome.heard.find(userauth_request) != std::string::npos, outcome.trouble);
}

TEST_CASE("the key that counts is the one that was proven, not the one that was shown last") {
    const HostKey genuine('g');
    const HostKey impostor('i');
    const Outcome outcome =
        meet(genuine, impostor, [&](SshServer& side) { show_another(side, genuine, impostor); });
    CHECK(outcome.status == native::own_failure);
    CHECK(outcome.heard.find(userauth_request) == std::string::npos);
    CHECK(outcome.heard.find('\x14') != std::string::npos);  // it did exchange keys once more
}

TEST_CASE("what a server sends that nobody waits for is not kept without end") {
    const HostKey genuine('g');
    constexpr std::size_t megabyte = std::size_t{1} << 20;
    std::size_t sent = 0;
    const Outcome outcome = meet(genuine, genuine, [&](SshServer& side) {
        std::string unknown(32000, 'x');
        unknown.front() = '\xc1';  // RFC 4250 section 4.1.2: for local extensions
        for (; sent < 256 * megabyte; sent += unknown.size())
            side.send(side.seal(unknown));
    });
    CHECK(outcome.status == native::own_failure);
    CHECK(outcome.trouble == "the client has gone");
    CHECK(sent < 192 * megabyte);
}

TEST_CASE("what a server presents is what it has proven") {
    const HostKey genuine('g');
    const HostKey impostor('i');
    const auto keys =
        look_at(impostor, [&](SshServer& side) { show_another(side, genuine, impostor); });
    REQUIRE_MESSAGE(keys.keys.size() == 1, keys.problem);
    CHECK(keys.keys.front().outcome == native::PresentedKey::Outcome::proven);
    REQUIRE(keys.keys.front().key);
    CHECK(keys.keys.front().key->base64() == system::base64_encode(impostor.blob()));
}

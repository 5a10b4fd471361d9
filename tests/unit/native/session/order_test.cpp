#include <doctest/doctest.h>

#include <string>
#include <variant>
#include <vector>

#include "hfssh/native/session/order.hpp"
#include "native/session/library.hpp"

using namespace hfssh::native;
using Words = std::vector<std::string>;

namespace {

Order read(const Words& arguments, const Words& environment = {}) {
    auto result = read_order(arguments, environment);
    const auto* problem = std::get_if<std::string>(&result);
    REQUIRE_MESSAGE(problem == nullptr, *problem);
    return std::get<Order>(std::move(result));
}

Words options(const std::string& option) {
    return {"-o", option, "--", "hf.co"};
}

}  // namespace

TEST_CASE("native order: the place") {
    const Order order = read({"--report",
                              "/proc/1/fd/3",
                              "--trusted",
                              "/etc/x",
                              "--trusted",
                              "=/y",
                              "-o",
                              "HostName=a%%b",
                              "-o",
                              "Port=2222",
                              "-o",
                              "AddressFamily=inet6",
                              "-o",
                              "ConnectTimeout=7",
                              "-o",
                              "ProxyCommand=nc %h %p # %r %n",
                              "-l",
                              "git",
                              "--",
                              "hf-work",
                              "git-upload-pack 'a/b'"});
    CHECK(order.report == "/proc/1/fd/3");
    REQUIRE(order.trusted.size() == 2);
    CHECK(order.trusted[0].path == "/etc/x");
    CHECK_FALSE(order.trusted[0].must_exist);
    CHECK(order.trusted[1].must_exist);
    CHECK(order.place.host == "a%b");
    CHECK(order.place.port == "2222");
    CHECK(order.place.family == Place::Family::ipv6);
    CHECK(order.place.connect_timeout.count() == 7);
    CHECK(order.place.proxy_command == "nc a%b 2222 # git hf-work");
    CHECK(order.session == Order::Session::command);
    CHECK(order.command == "git-upload-pack 'a/b'");
}

TEST_CASE("native order: of an option given twice the first counts, and none is nothing") {
    const Order order =
        read({"-o", "BatchMode=yes", "-o", "BatchMode=no", "-o", "ConnectTimeout=none", "-o",
              "ProxyCommand=none", "-o", "PKCS11Provider=none", "hf.co"});
    CHECK(order.batch_mode);
    CHECK(order.place.connect_timeout.count() == 0);
    CHECK_FALSE(order.place.has_proxy());
    CHECK_FALSE(order.needs_provider);
    CHECK(read(options("PKCS11Provider=/lib/p.so")).needs_provider);
}

TEST_CASE("native order: the key and who signs") {
    const Words environment = {"SSH_AUTH_SOCK=/run/agent", "MINE=/run/mine"};
    CHECK(read({"hf.co"}, environment).agent_socket == "/run/agent");
    CHECK(read(options("IdentityAgent=none"), environment).agent_socket.empty());
    CHECK(read(options("IdentityAgent=$MINE"), environment).agent_socket == "/run/mine");
    CHECK(read(options("IdentityAgent=$NOT"), environment).agent_socket.empty());
    CHECK(read(options("IdentityAgent=SSH_AUTH_SOCK"), environment).agent_socket == "/run/agent");
    CHECK(read(options("IdentityAgent=\"/a b/%%x\""), environment).agent_socket == "/a b/%x");
    CHECK(read(options("IdentityFile=\"/a b/100%%\"")).identity_file == "/a b/100%");
}

TEST_CASE("native order: variables") {
    const Words environment = {"GIT_PROTOCOL=version=2", "LANG=C", "LC_ALL=C", "MY_ONE=1"};
    using Variables = std::vector<Order::Variable>;
    CHECK(read(options("SendEnv=GIT_PROTOCOL"), environment).variables ==
          Variables{{"GIT_PROTOCOL", "version=2"}});
    CHECK(read(options("SendEnv=LANG LC_* MY_*"), environment).variables ==
          Variables{{"MY_ONE", "1"}});
    CHECK(read({"-o", "SendEnv=GIT_PROTOCOL", "-o", "SetEnv=GIT_PROTOCOL=version=1 \"B=2 3\"",
                "hf.co"},
               environment)
              .variables == Variables{{"GIT_PROTOCOL", "version=1"}, {"B", "2 3"}});
}

TEST_CASE("native order: the session") {
    using Session = Order::Session;
    CHECK(read({"-T", "hf.co"}).session == Session::shell);
    CHECK(read({"-N", "hf.co"}).session == Session::none);
    CHECK(read({"-N", "hf.co"}).no_input);
    CHECK(read({"-s", "hf.co", "sftp"}).session == Session::subsystem);
    CHECK(read(options("SessionType=none")).session == Session::none);
    CHECK(read(options("StdinNull=yes")).no_input);
    CHECK(read({"hf.co", "cat", "a  b"}).command == "cat a  b");
    CHECK(read({"-q", "hf.co"}).loudness == Order::Loudness::quiet);
    CHECK(read({"-v", "hf.co"}).loudness == Order::Loudness::verbose);
    CHECK(read(options("LogLevel=ERROR")).loudness == Order::Loudness::normal);
    CHECK(read(options("LogLevel=DEBUG2")).loudness == Order::Loudness::verbose);
    CHECK(read({"-G", "hf.co"}).only_asked);
}

TEST_CASE("native order: every file of revoked host keys") {
    CHECK(read(options("RevokedHostKeys=\"/a b%%\" /c")).revoked_host_keys == Words{"/a b%", "/c"});
    CHECK(read(options("BatchMode=no")).revoked_host_keys.empty());
}

TEST_CASE("native order: what is none") {
    for (const Words& words : {Words{}, Words{"-X"}, Words{"--report"}, Words{"-9", "hf.co"}}) {
        CHECK(std::holds_alternative<std::string>(read_order(words, {})));
    }
    CHECK(std::holds_alternative<std::string>(read_order(options("ProxyCommand=nc %z"), {})));
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

#include "hfssh/transport/order.hpp"

#include <doctest/doctest.h>

#include <cstdlib>

#include "hfssh/system/failure.hpp"
#include "transport/closed.hpp"

using namespace hfssh;
using namespace hfssh::transport;
using Words = std::vector<std::string>;

namespace {

const ProxyTokens tokens{"hf.co", "hf-work", "hf.co", "2222", "git"};

std::string expanded(const std::string& raw) {
    const auto result = expand_proxy_command(raw, tokens);
    const auto* problem = std::get_if<PlaceProblem>(&result);
    return problem != nullptr ? "PROBLEM " + problem->text : std::get<std::string>(result);
}

// `ssh -G` printed LINES for what was TYPED.
Endpoint endpoint_for(const std::string& lines, const Words& typed = {"git@hf-work"}) {
    Endpoint endpoint;
    endpoint.line =
        std::get<ssh::CommandLine>(ssh::read_command_line(typed, ssh::TagFlag::takes_value));
    endpoint.is_alias = true;
    endpoint.settings = ssh::read_resolved("user git\nhostname hf.co\nport 22\n" + lines);
    endpoint.host = "hf.co";
    endpoint.port = "2222";
    endpoint.user = "git";
    return endpoint;
}

Place place_for(const std::string& lines, const std::string& proxy = {}) {
    Endpoint endpoint = endpoint_for(lines);
    endpoint.proxy_command = proxy;
    return std::get<Place>(place_of(endpoint));
}

const std::string algorithms = "hostkeyalgorithms rsa-sha2-256,ssh-ed25519,ssh-rsa\n";

Order order_for(const Endpoint& endpoint, const ssh::OfferedIdentity& identity) {
    const Typed typed;
    const auto trusted = std::get<hub::TrustedSet>(hub::TrustedSet::build({}));
    const Words files = {"/etc/hf-ssh/known_hosts", "=/x y"};
    const Enclosure enclosure{typed, endpoint, trusted, files};
    return make_order(enclosure, identity, "/proc/1/fd/3");
}

Order order_for(const std::string& lines, const Words& typed = {"git@hf-work"}) {
    return order_for(endpoint_for(algorithms + lines, typed), {"/k", "", {}, true});
}

}  // namespace

TEST_CASE("tokens of a ProxyCommand") {
    CHECK(expanded("nc %h %p") == "nc hf.co 2222");
    CHECK(expanded("a %n %r %k 100%% %%h") == "a hf-work git hf.co 100% %h");
    CHECK(expanded("ssh -W '[%h]:%p' jump") == "ssh -W '[hf.co]:2222' jump");
    CHECK(expanded("plain ${HOME} $x") == "plain ${HOME} $x");
    CHECK(expanded("%q") == "PROBLEM ProxyCommand: unknown token %q");
    CHECK(expanded("nc %") == "PROBLEM ProxyCommand ends in the middle of a token");
}

TEST_CASE("the place that ssh -G describes") {
    SUBCASE("nothing set") {
        const Place place =
            place_for("addressfamily any\nconnecttimeout none\nproxyusefdpass no\n");
        CHECK(place.host == "hf.co");
        CHECK(place.port == "2222");
        CHECK(place.family == Place::Family::any);
        CHECK(place.connect_timeout.count() == 0);
        CHECK_FALSE(place.has_proxy());
    }
    SUBCASE("everything set") {
        const Place place = place_for(
            "addressfamily inet6\nbindaddress ::1\nbindinterface lo\nconnecttimeout 7\n"
            "proxyusefdpass yes\n",
            "nc -F %h %p");
        CHECK(place.family == Place::Family::ipv6);
        CHECK(place.bind_address == "::1");
        CHECK(place.bind_interface == "lo");
        CHECK(place.connect_timeout.count() == 7);
        CHECK(place.proxy_command == "nc -F hf.co 2222");
        CHECK(place.proxy_passes_socket);
    }
    SUBCASE("IPv4") {
        CHECK(place_for("addressfamily inet\n").family == Place::Family::ipv4);
    }
}

TEST_CASE("order: what is written is read") {
    Order order;
    order.place = {"a b",
                   "2222",
                   Place::Family::ipv6,
                   "::1",
                   "lo",
                   std::chrono::seconds(7),
                   "nc \"%\" '=' \\ # x",
                   true,
                   true};
    order.user = "git";
    order.typed_host = "hf-work";
    order.report = "/proc/1/fd/3";
    order.trusted = {"/etc/x", "=/y z"};
    order.revoked_host_keys = {"/r 1", "~/r=2"};
    order.host_key_algorithms = "ssh-ed25519";
    order.kex_algorithms = "k";
    order.ciphers = "c";
    order.macs = "m";
    order.identity_file = "/home/${x}/a \"b\"";
    order.agent_socket = "/run/agent";
    order.accepted_algorithms = "ssh-ed25519";
    order.required_rsa_size = 3072;
    order.needs_provider = order.batch_mode = order.compression = true;
    order.no_tcp_keep_alive = order.no_input = order.only_asked = true;
    order.connection_attempts = 3;
    order.alive_interval = std::chrono::seconds(20);
    order.alive_count = 6;
    order.session = Order::Session::subsystem;
    order.command = "git-upload-pack 'a/b'\n=";
    order.set_env = {"A=1", "B=x=y"};
    order.send_env = {"GIT_PROTOCOL"};
    order.loudness = Order::Loudness::verbose;
    const Words words = words_of(order);
    const auto read = read_order(words);
    REQUIRE(read.has_value());
    CHECK(words_of(*read) == words);
    CHECK(words.size() == 39);  // each field, and the second items of three lists
    CHECK(read->command == order.command);
    CHECK(read->place.proxy_command == order.place.proxy_command);
    CHECK(read->revoked_host_keys == order.revoked_host_keys);
}

TEST_CASE("order: what is none") {
    const Words good = words_of(order_for(""));
    REQUIRE(read_order(good).has_value());
    for (const char* word : {"-X", "hf.co", "Unknown=1", "SessionType=both", ""}) {
        INFO(std::string(word));
        Words words = good;
        words.emplace_back(word);
        CHECK_FALSE(read_order(words).has_value());
    }
    CHECK_FALSE(read_order({}).has_value());
    CHECK_FALSE(read_order({"HostName=hf.co"}).has_value());
}

TEST_CASE("order: from what ssh -G printed, and what was typed") {
    const Order order = order_for(
        "ciphers c\nmacs m\nkexalgorithms k\npubkeyacceptedalgorithms ssh-ed25519\n"
        "requiredrsasize 3072\ncompression UNKNOWN\ntcpkeepalive no\nconnectionattempts 2\n"
        "batchmode yes\nloglevel DEBUG2\nserveraliveinterval 5\nrevokedhostkeys /r %d\n"
        "identityagent /a b/%x\nsetenv A=1\n",
        {"-n", "git@hf-work", "git-upload-pack", "'a  b'"});
    CHECK(order.typed_host == "hf-work");
    CHECK(order.report == "/proc/1/fd/3");
    CHECK(order.trusted == Words{"/etc/hf-ssh/known_hosts", "=/x y"});
    CHECK(order.revoked_host_keys == Words{"/r %d"});
    CHECK(order.host_key_algorithms == "ssh-ed25519,rsa-sha2-256");
    CHECK(order.kex_algorithms == "k");
    CHECK(order.required_rsa_size == 3072);
    CHECK(order.identity_file == "/k");
    CHECK(order.agent_socket == "/a b/%x");
    CHECK((order.compression && order.no_tcp_keep_alive && order.batch_mode && order.no_input));
    CHECK(order.connection_attempts == 2);
    CHECK(order.alive_interval.count() == 5);
    CHECK(order.alive_count == 3);
    CHECK(order.place.connect_timeout.count() == 30);
    CHECK(order.place.proxy_may_ask);
    CHECK(order.loudness == Order::Loudness::verbose);
    CHECK(order.session == Order::Session::command);
    CHECK(order.command == "git-upload-pack 'a  b'");
    CHECK(order.set_env == Words{"A=1"});
    CHECK_FALSE(order.needs_provider);
}

TEST_CASE("order: the session as typed, and flags over what is configured") {
    using Session = Order::Session;
    CHECK(order_for("", {"-T", "hf.co"}).session == Session::shell);
    CHECK(order_for("", {"-N", "hf.co"}).session == Session::none);
    CHECK(order_for("", {"-N", "hf.co"}).no_input);
    CHECK(order_for("", {"-s", "hf.co", "sftp"}).session == Session::subsystem);
    CHECK(order_for("loglevel DEBUG\n", {"-q", "hf.co"}).loudness == Order::Loudness::quiet);
    CHECK(order_for("", {"-v", "hf.co"}).loudness == Order::Loudness::verbose);
    CHECK(order_for("loglevel ERROR\n").loudness == Order::Loudness::normal);
    CHECK(order_for("", {"-G", "hf.co"}).only_asked);
}

TEST_CASE("order: who signs") {
    const Endpoint endpoint = endpoint_for(algorithms + "identityagent /run/agent\n");
    CHECK(order_for(endpoint, {"/k", "", {}, false}).agent_socket.empty());
    CHECK(order_for("identityagent none\n").agent_socket.empty());
    const Order token = order_for(endpoint, {"/k", "", "/lib/p.so", true});
    CHECK(token.needs_provider);
    CHECK(token.agent_socket == "/run/agent");
    CHECK_FALSE(order_for(endpoint, {"/k", "", "none", true}).needs_provider);
}

TEST_CASE("order: what would be weaker than ssh is none") {
    const auto refused = [](const Endpoint& endpoint) {
        CHECK_THROWS_AS((void)order_for(endpoint, {"/k", "", {}, true}), system::Failure);
    };
    refused(endpoint_for("hostkeyalgorithms ssh-rsa\n"));
    refused(endpoint_for(algorithms + "userknownhostsfile /x\nrevokedhostkeys a  b\n"));
    Endpoint endpoint = endpoint_for(algorithms);
    endpoint.user = "a;b";
    refused(endpoint);
    endpoint = endpoint_for(algorithms);
    endpoint.proxy_command = "nc %z";
    refused(endpoint);
}

TEST_CASE("order: variables") {
    const Words environment = {"GIT_PROTOCOL=version=2", "LANG=C", "LC_ALL=C", "MY_ONE=1"};
    CHECK(sent_variables(environment, {"GIT_PROTOCOL"}) == Words{"GIT_PROTOCOL"});
    CHECK(sent_variables(environment, {"LANG", "LC_*", "MY_*"}) == Words{"MY_ONE"});
    ::setenv("HFSSH_ORDER_ONE", "1", 1);
    CHECK(order_for("sendenv HFSSH_ORDER_*\n").send_env == Words{"HFSSH_ORDER_ONE"});
    CHECK(order_for("sendenv HFSSH_ORDER_*\nsetenv HFSSH_ORDER_ONE=2\n").send_env.empty());
    ::unsetenv("HFSSH_ORDER_ONE");
}

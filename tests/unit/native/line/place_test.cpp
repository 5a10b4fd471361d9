#include "hfssh/native/line/place.hpp"

#include <doctest/doctest.h>

#include <string>
#include <variant>

using namespace hfssh::native;

namespace {

const ProxyTokens tokens{"hf.co", "hf-work", "hf.co", "2222", "git"};

std::string expanded(const std::string& raw) {
    const auto result = expand_proxy_command(raw, tokens);
    const auto* problem = std::get_if<PlaceProblem>(&result);
    return problem != nullptr ? "PROBLEM " + problem->text : std::get<std::string>(result);
}

hfssh::ssh::Resolved printed(const std::string& lines) {
    return hfssh::ssh::read_resolved("user git\nhostname hf.co\nport 22\n" + lines);
}

Place place_for(const std::string& lines, const std::string& proxy = {}) {
    hfssh::transport::Endpoint endpoint;
    endpoint.line.destination = hfssh::ssh::read_destination("git@hf-work");
    endpoint.is_alias = true;
    endpoint.settings = printed(lines);
    endpoint.host = "hf.co";
    endpoint.port = "2222";
    endpoint.user = "git";
    endpoint.proxy_command = proxy;
    return std::get<Place>(place_of(endpoint));
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

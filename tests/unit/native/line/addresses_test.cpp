#include "hfssh/native/line/addresses.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <string>

#include "hfssh/system/unique_fd.hpp"
#include "native/line/connecting.hpp"
#include "native/line/name_lookup.hpp"
#include "support/connections.hpp"

using namespace hfssh::native;
using hfssh::system::UniqueFd;
using hfssh::test::at;
using hfssh::test::failure;
using hfssh::test::Port;
using hfssh::test::soon;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

// A machine without an /etc/hosts may not know it.
bool localhost_is_known() {
    addrinfo hints = {};
    hints.ai_family = AF_INET;
    addrinfo* found = nullptr;
    const int error = ::getaddrinfo("localhost", nullptr, &hints, &found);
    if (error == 0) ::freeaddrinfo(found);
    return error == 0;
}

Address ipv4(const char* text) {
    Address address;
    sockaddr_in number = {};
    number.sin_family = AF_INET;
    number.sin_port = htons(22);
    inet_pton(AF_INET, text, &number.sin_addr);
    std::memcpy(&address.bytes, &number, sizeof number);
    address.length = sizeof number;
    return address;
}

Address ipv6(const char* text) {
    Address address;
    sockaddr_in6 number = {};
    number.sin6_family = AF_INET6;
    number.sin6_port = htons(22);
    inet_pton(AF_INET6, text, &number.sin6_addr);
    std::memcpy(&address.bytes, &number, sizeof number);
    address.length = sizeof number;
    return address;
}

}  // namespace

TEST_CASE("IPv6 and IPv4 take turns") {
    const auto texts = [](const std::vector<Address>& addresses) {
        std::string text;
        for (const Address& address : in_turns(addresses))
            text += host_text(address) + " ";
        return text;
    };
    CHECK(texts({}).empty());
    CHECK(texts({ipv6("::1"), ipv6("::2"), ipv6("::3"), ipv4("10.0.0.1")}) ==
          "::1 10.0.0.1 ::2 ::3 ");
    CHECK(texts({ipv4("10.0.0.1"), ipv4("10.0.0.2"), ipv6("::1")}) == "10.0.0.1 ::1 10.0.0.2 ");
    CHECK(describe(ipv6("2001:db8::1")) == "2001:db8::1 port 22");
}

TEST_CASE("names and addresses are looked up") {
    const auto numeric = look_up("127.0.0.1", "22", Place::Family::any, soon(), {});
    REQUIRE(std::holds_alternative<std::vector<Address>>(numeric));
    CHECK(std::get<std::vector<Address>>(numeric).size() == 1);
    if (localhost_is_known()) {
        const auto name = look_up("localhost", "22", Place::Family::ipv4, soon(), {});
        REQUIRE(std::holds_alternative<std::vector<Address>>(name));
        CHECK(describe(std::get<std::vector<Address>>(name).front()) == "127.0.0.1 port 22");
    }
    const auto other = look_up("127.0.0.1", "22", Place::Family::ipv6, soon(), {});
    REQUIRE(std::holds_alternative<Unreached>(other));
    CHECK(std::get<Unreached>(other).reach != Reach::connected);
    const auto none = look_up("no such\nname", "22", Place::Family::any, soon(), {});
    REQUIRE(std::holds_alternative<Unreached>(none));
    CHECK(std::get<Unreached>(none).text.find("no such\\x0aname") != std::string::npos);
}

TEST_CASE("the name service is not waited for longer than asked") {
    const auto start = Clock::now();
    const auto late = look_up("localhost", "22", Place::Family::any, start - 1s, {});
    if (std::holds_alternative<Unreached>(late)) {
        CHECK(std::get<Unreached>(late).reach == Reach::name_timed_out);
    }
    CHECK(Clock::now() - start < 5s);
}

TEST_CASE("a connection") {
    const Port port(8);
    auto result = connect(at("127.0.0.1", port.number()), soon());
    REQUIRE(std::holds_alternative<Stream>(result));
    Stream& stream = std::get<Stream>(result);
    CHECK(stream.peer() == "127.0.0.1 port " + port.number());
    int on = 0;
    socklen_t length = sizeof on;
    CHECK(::getsockopt(stream.socket(), IPPROTO_TCP, TCP_NODELAY, &on, &length) == 0);
    CHECK(on != 0);
    const UniqueFd other = port.accept();
    CHECK(::write(other.get(), "hello", 5) == 5);
    CHECK(wait_for(stream.socket(), POLLIN, soon(), {}) == Waited::ready);
    stream.close();
    char c = 0;
    CHECK(::read(other.get(), &c, 1) <= 0);
}

TEST_CASE("an address of a family that does not answer is no hindrance") {
    if (!localhost_is_known()) return;
    const Port port(8);
    // Both are localhost's on most machines; IPv6 has no listener.
    const auto result = connect(at("localhost", port.number()), soon());
    REQUIRE(std::holds_alternative<Stream>(result));
    CHECK(std::get<Stream>(result).peer() == "127.0.0.1 port " + port.number());
}

TEST_CASE("no connection, and why") {
    const Port closed(-1);
    const Unreached refused = failure(connect(at("127.0.0.1", closed.number()), soon()));
    CHECK(refused.reach == Reach::refused);
    CHECK(refused.text == "connection refused: 127.0.0.1 port " + closed.number());
    Place bound = at("127.0.0.1", closed.number());
    bound.bind_address = "192.0.2.77";
    CHECK(failure(connect(bound, soon())).reach == Reach::no_source);
    bound.bind_address.clear();
    bound.bind_interface = "nosuchinterface";
    CHECK(failure(connect(bound, soon())).reach == Reach::no_source);
}

TEST_CASE("the source of a connection can be chosen") {
    const Port port(8);
    Place place = at("127.0.0.1", port.number());
    place.bind_address = "127.0.0.9";
    const auto result = connect(place, soon());
    REQUIRE(std::holds_alternative<Stream>(result));
    sockaddr_in own = {};
    socklen_t length = sizeof own;
    ::getsockname(std::get<Stream>(result).socket(), reinterpret_cast<sockaddr*>(&own), &length);
    CHECK(ntohl(own.sin_addr.s_addr) == 0x7f000009U);
    place.bind_address = "localhost";  // a name, looked up
    if (localhost_is_known()) CHECK(std::holds_alternative<Stream>(connect(place, soon())));
    place.bind_address = "::1";  // of the other family
    CHECK(failure(connect(place, soon())).reach == Reach::no_source);
}

TEST_CASE("the source is looked up once, within what the caller has left") {
    Place place = at("127.0.0.1", "22");
    CHECK(find_source(place, soon(), {}).error == 0);
    place.bind_address = "no such name";
    CHECK(find_source(place, soon(), {}).error == EADDRNOTAVAIL);
    const Source source{{}, ECANCELED};
    CHECK(start_attempt(source, ipv4("127.0.0.1")).reach == Reach::given_up);
    place.bind_address = "localhost";
    const Source late = find_source(place, Clock::now() - 1s, {});
    if (late.addresses.empty()) CHECK(late.error == ETIMEDOUT);
}

TEST_CASE("a full queue is waited for until the deadline, and no longer") {
    const Port port(0);
    std::vector<std::variant<Stream, Unreached>> held;
    const auto start = Clock::now();
    for (int i = 0; i < 8; ++i) {
        Place place = at("127.0.0.1", port.number());
        held.push_back(connect(place, Clock::now() + 200ms));
        if (std::holds_alternative<Unreached>(held.back())) break;
    }
    CHECK(failure(held.back()).reach == Reach::timed_out);
    CHECK(Clock::now() - start < 10s);
    SUBCASE("ConnectTimeout brings it forward") {
        Place place = at("127.0.0.1", port.number());
        place.connect_timeout = 1s;
        const auto before = Clock::now();
        CHECK(failure(connect(place, soon())).reach == Reach::timed_out);
        CHECK(Clock::now() - before < 10s);
    }
    SUBCASE("a caller may give up") {
        const auto before = Clock::now();
        const auto result = connect(at("127.0.0.1", port.number()), soon(),
                                    [&] { return Clock::now() > before + 100ms; });
        CHECK(failure(result).reach == Reach::given_up);
        CHECK(Clock::now() - before < 10s);
    }
}

TEST_CASE("every address of a name is looked at") {
    if (!localhost_is_known()) return;
    const Port port(8);
    const AddressReport report = look_at_addresses(at("localhost", port.number()), soon());
    CHECK(report.name == Reach::connected);
    const auto found = std::find_if(report.addresses.begin(), report.addresses.end(),
                                    [](const LookedAt& one) { return !one.is_ipv6; });
    REQUIRE(found != report.addresses.end());
    CHECK(found->address == "127.0.0.1");
    CHECK(found->reach == Reach::connected);
    for (const LookedAt& one : report.addresses) {
        if (one.is_ipv6) CHECK(one.reach != Reach::connected);
    }
    CHECK(look_at_addresses(at("no such name", "22"), soon()).name != Reach::connected);
}

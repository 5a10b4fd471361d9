#include "manage/doctor/doctor.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace hfssh;
using manage::Check;
using native::LookedAt;
using native::Reach;
using transport::Place;
using Result = Check::Result;

namespace {

LookedAt address(const std::string& text, Reach reach) {
    LookedAt looked;
    looked.address = text;
    looked.is_ipv6 = text.find(':') != std::string::npos;
    looked.reach = reach;
    looked.text = text + ": " + std::string(native::describe(reach));
    return looked;
}

Place place(Place::Family family = Place::Family::any, const std::string& host = "hf.co") {
    Place place;
    place.host = host;
    place.family = family;
    return place;
}

manage::Checks judge(const std::vector<LookedAt>& addresses, const Place& where = place()) {
    return manage::judge_addresses(where, {Reach::connected, {}, addresses});
}

// dns, ipv4, ipv6: "o" ok, "w" warning, "f" failure, "s" skipped.
std::string results(const manage::Checks& checks) {
    REQUIRE(checks.size() == 3);
    CHECK(checks[0].name == "dns");
    CHECK(checks[1].name == "ipv4");
    CHECK(checks[2].name == "ipv6");
    std::string text;
    for (const Check& check : checks) {
        text += "owfs"[static_cast<int>(check.result)];
        const bool bad = check.result == Result::warning || check.result == Result::failure;
        CHECK(bad == !check.fix.empty());
        CHECK_FALSE(check.found.empty());
    }
    return text;
}

const LookedAt four = address("192.0.2.1", Reach::connected);
const LookedAt six = address("2001:db8::1", Reach::connected);

}  // namespace

TEST_CASE("both families, or one of them") {
    CHECK(results(judge({four, six})) == "ooo");
    CHECK(results(judge({four})) == "ooo");
    CHECK(results(judge({six})) == "ooo");
    // One of several addresses is enough.
    CHECK(results(judge({address("192.0.2.2", Reach::timed_out), four})) == "ooo");
}

TEST_CASE("a machine without IPv6 is as it should be") {
    const LookedAt unreachable = address("2001:db8::1", Reach::unreachable);
    CHECK(results(judge({four, unreachable})) == "ooo");
    // Likewise one without IPv4.
    CHECK(results(judge({six, address("192.0.2.1", Reach::unreachable)})) == "ooo");
    // What is wrong with IPv4 is not IPv6's fault.
    CHECK(results(judge({address("192.0.2.1", Reach::timed_out), unreachable})) == "ofo");
    // Without any network, both fail.
    CHECK(results(judge({address("192.0.2.1", Reach::unreachable), unreachable})) == "off");
}

TEST_CASE("a family that hangs while the other serves") {
    const auto checks = judge({four, address("2001:db8::1", Reach::timed_out)});
    CHECK(results(checks) == "oow");
    CHECK(checks[2].fix.find("AddressFamily inet'") != std::string::npos);
    const auto other = judge({six, address("192.0.2.1", Reach::refused)});
    CHECK(results(other) == "owo");
    CHECK(other[1].fix.find("AddressFamily inet6'") != std::string::npos);
}

TEST_CASE("nobody answers: each cause in its words") {
    const auto why = [](Reach reach) {
        const auto checks = judge({address("192.0.2.1", reach), address("192.0.2.2", reach)});
        CHECK(results(checks) == "ofo");
        CHECK(checks[1].found.find(native::describe(reach)) != std::string::npos);
        return checks[1].why;
    };
    CHECK(why(Reach::timed_out).find("firewall lets nothing out to port 22") != std::string::npos);
    CHECK(why(Reach::refused).find("nothing on port 22") != std::string::npos);
    CHECK(why(Reach::unreachable).find("online") != std::string::npos);
    CHECK(why(Reach::failed).find("forbids it") != std::string::npos);
    CHECK(why(Reach::no_source).empty());
}

TEST_CASE("a place of the person's own is theirs to correct") {
    const auto checks =
        judge({address("192.0.2.1", Reach::refused)}, place(Place::Family::any, "192.0.2.1"));
    CHECK(results(checks) == "ofo");
    CHECK(checks[0].found.find("192.0.2.1 is an address") != std::string::npos);
    CHECK(checks[1].fix.find("ssh -G hf.co | grep") != std::string::npos);
}

TEST_CASE("AddressFamily leaves one out") {
    CHECK(results(judge({four}, place(Place::Family::ipv4))) == "oos");
    CHECK(results(judge({six}, place(Place::Family::ipv6))) == "oso");
}

TEST_CASE("no address at all: one failure") {
    for (const Reach reach :
         {Reach::no_such_name, Reach::no_address, Reach::name_failed, Reach::name_timed_out}) {
        const auto checks = manage::judge_addresses(place(), {reach, "why", {}});
        CHECK(results(checks) == "fss");
        CHECK(checks[0].found.find("why") != std::string::npos);
        CHECK(checks[0].fix.find("getent ahosts hf.co") != std::string::npos);
    }
    const auto own =
        manage::judge_addresses(place(Place::Family::any, "hub"), {Reach::no_such_name, "why", {}});
    CHECK(own[0].fix.find("ssh -G hf.co | grep") != std::string::npos);
}

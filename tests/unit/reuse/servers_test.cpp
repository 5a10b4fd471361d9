#include "hfssh/reuse/servers.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace hfssh::reuse {
namespace {

using std::chrono::hours;

const Time now = Time(hours(400'000));
const Server hub = {"hf.co", "22"};

Allowed after(const std::string& text, const Server& server, hours age) {
    const auto found = read_experience(text, server, now + age);
    REQUIRE(found);
    CHECK(found->host_key == "SHA256:key");
    return found->allowed;
}

TEST_CASE("what a server allows is remembered for a week, what it refuses for a day") {
    const auto text = [](Allowed allowed) {
        return add_experience({}, hub, {allowed, "SHA256:key"}, now);
    };
    CHECK(after(text(Allowed::beside), hub, hours(167)) == Allowed::beside);
    CHECK(!read_experience(text(Allowed::beside), hub, now + hours(168)));
    for (const Allowed refusal : {Allowed::after, Allowed::none}) {
        CHECK(after(text(refusal), hub, hours(23)) == refusal);
        CHECK(!read_experience(text(refusal), hub, now + hours(24)));
    }
    CHECK(!read_experience(text(Allowed::beside), hub, now - hours(1)));
}

TEST_CASE("each server has one line, and the last one counts") {
    const Server other = {"127.0.0.1", "2222"};
    std::string text = add_experience({}, hub, {Allowed::beside, "SHA256:key"}, now);
    text = add_experience(text, other, {Allowed::none, "SHA256:key"}, now);
    text = add_experience(text, hub, {Allowed::after, "SHA256:key"}, now);
    CHECK(after(text, hub, hours(0)) == Allowed::after);
    CHECK(after(text, other, hours(0)) == Allowed::none);
    CHECK(!read_experience(text, {"hf.co", "23"}, now));
    CHECK(std::count(text.begin(), text.end(), '\n') == 2);
}

TEST_CASE("a damaged line is ignored") {
    for (const char* line : {"", "beside", "often 1440000000 SHA256:key hf.co 22",
                             "beside x SHA256:key hf.co 22", "beside 1440000000 hf.co 22"}) {
        CAPTURE(line);
        CHECK(!read_experience(line, hub, now));
    }
}

}  // namespace
}  // namespace hfssh::reuse

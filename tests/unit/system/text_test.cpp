#include "hfssh/system/text.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using hfssh::system::age_text;

TEST_CASE("an age in words") {
    CHECK(age_text(-5s) == "just now");
    CHECK(age_text(59s) == "just now");
    CHECK(age_text(60s) == "1 minute ago");
    CHECK(age_text(119min) == "119 minutes ago");
    CHECK(age_text(2h) == "2 hours ago");
    CHECK(age_text(47h) == "47 hours ago");
    CHECK(age_text(72h) == "3 days ago");
    CHECK(age_text(24h * 20'000) == "some time ago");
}

#include "hfssh/manage/command/seconds_word.hpp"

#include <doctest/doctest.h>

#include "hfssh/manage/command/options.hpp"

using namespace hfssh;

TEST_CASE("seconds: how long to wait") {
    using std::chrono::seconds;
    CHECK(manage::read_seconds(std::nullopt, seconds(7)) == seconds(7));
    CHECK(manage::read_seconds("1", seconds(7)) == seconds(1));
    CHECK(manage::read_seconds("86400", seconds(7)) == seconds(86400));
    for (const char* text :
         {"", "0", "-1", "86401", "1s", " 1", "1.5", "99999999999999999999", "x"}) {
        CAPTURE(text);
        CHECK_THROWS_AS((void)manage::read_seconds(text, seconds(7)), manage::UsageError);
    }
}

#include "hfssh/hub/greeting.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using hfssh::hub::read_greeting;

namespace {

std::string account_in(std::string_view output) {
    const auto greeting = read_greeting(output);
    return greeting ? greeting->account : "(none)";
}

}  // namespace

TEST_CASE("a greeting names the account") {
    CHECK(account_in("Hi acme, welcome to Hugging Face.") == "acme");
    CHECK(account_in("Hi acme, welcome to Hugging Face.\n") == "acme");
    CHECK(account_in("Hi acme, welcome to Hugging Face.\r\n") == "acme");
    CHECK(account_in("\nHi a-b_c.d9, welcome to Hugging Face.\n\n") == "a-b_c.d9");
    CHECK(account_in("Connected.\r\nHi acme, welcome to Hugging Face.\nBye\n") == "acme");
    const std::string longest(96, 'n');
    CHECK(account_in("Hi " + longest + ", welcome to Hugging Face.") == longest);
}

TEST_CASE("an unknown key is greeted as anonymous") {
    CHECK(read_greeting("Hi anonymous, welcome to Hugging Face.")->anonymous());
    CHECK_FALSE(read_greeting("Hi Anonymous, welcome to Hugging Face.")->anonymous());
    CHECK_FALSE(read_greeting("Hi anonymous1, welcome to Hugging Face.")->anonymous());
}

TEST_CASE("what only resembles a greeting is none") {
    using namespace std::string_view_literals;
    for (const std::string_view output :
         {""sv, "\n"sv, "Hi"sv, "Hi , welcome to Hugging Face."sv,
          "Hi acme, welcome to Hugging Face"sv, "hi acme, welcome to Hugging Face."sv,
          "Oh Hi acme, welcome to Hugging Face."sv, "Hi acme, welcome to Hugging Face. Bye"sv,
          "Hi acme,welcome to Hugging Face."sv, "Hi ac me, welcome to Hugging Face."sv,
          "Hi ac,me, welcome to Hugging Face."sv, "Hi ac\tme, welcome to Hugging Face."sv,
          "Hi ac\x1b[2Jme, welcome to Hugging Face."sv, "Hi ac\0me, welcome to Hugging Face."sv,
          "Hi ac\rme, welcome to Hugging Face."sv, "Hi ac\x7fme, welcome to Hugging Face."sv,
          "Hi ac\xC3\xA9, welcome to Hugging Face."sv, "Hi acme,\n welcome to Hugging Face."sv}) {
        CAPTURE(output);
        CHECK(account_in(output) == "(none)");
    }
    CHECK(account_in("Hi " + std::string(97, 'n') + ", welcome to Hugging Face.") == "(none)");
}

TEST_CASE("the first greeting counts") {
    CHECK(account_in("Hi a b, welcome to Hugging Face.\nHi first, welcome to Hugging Face.\n"
                     "Hi second, welcome to Hugging Face.\n") == "first");
}

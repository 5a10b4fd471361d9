#include "hfssh/ssh/words/option_value.hpp"

#include <doctest/doctest.h>

#include <string>

#include "hfssh/ssh/config/lines.hpp"

using namespace hfssh::ssh;

TEST_CASE("option value: quoted where it needs to be") {
    struct Row {
        const char *value, *written;
    };
    const Row rows[] = {
        {"/home/me/.ssh/id_ed25519", "/home/me/.ssh/id_ed25519"},
        {"~/x", "~/x"},
        {"%%h", "%%h"},
        {"$SOCK", "$SOCK"},
        {"a@b:22,[x]", "\"a@b:22,[x]\""},
        {"", "\"\""},
        {"a b", "\"a b\""},
        {"a\tb", "\"a\tb\""},
        {"a=b", "\"a=b\""},
        {"#x", "\"#x\""},
        {"it's", "\"it's\""},
        {"\xc3\xbc", "\"\xc3\xbc\""},
    };
    for (const Row& row : rows) {
        for (const Escapes escapes : {Escapes::none, Escapes::backslash}) {
            INFO(std::string(row.value));
            CHECK(quote_argument(row.value, escapes) == std::string(row.written));
        }
    }
}

TEST_CASE("option value: quotes and backslashes depend on the version") {
    CHECK(quote_argument("a\"b", Escapes::backslash) == R"("a\"b")");
    CHECK(quote_argument("a\\b", Escapes::backslash) == R"("a\\b")");
    CHECK(quote_argument("a\\", Escapes::backslash) == R"("a\\")");
    CHECK(quote_argument("a\\b", Escapes::none) == R"("a\b")");
    CHECK_FALSE(quote_argument("a\"b", Escapes::none));
}

TEST_CASE("option value: OpenSSH's grammar reads it back") {
    const char* const values[] = {
        "",    "a",    "a b", " a ", "\"",  "\\",  "\\\\", "\\\"",       "a\"b'c\\d e", "'x'",
        "x\\", "x\\ ", "# x", "a=b", "= x", "\\'", "\\ x", "$(touch x)", "a\tb",
    };
    for (const char* value : values) {
        INFO(std::string(value));
        const auto written = quote_argument(value, Escapes::backslash);
        REQUIRE(written);
        const std::string text = "Keyword=" + *written;
        const auto line = read_config_line(text);
        REQUIRE(line);
        const auto words = split_arguments(line->rest);
        REQUIRE(words);
        CHECK(*words == std::vector<std::string>{value});
    }
}

TEST_CASE("option value: tokens and variables") {
    CHECK(double_percent("") == "");
    CHECK(double_percent("%") == "%%");
    CHECK(double_percent("a%hb%%") == "a%%hb%%%%");
    CHECK(names_variable("${HOME}/x"));
    CHECK(names_variable("a${"));
    CHECK_FALSE(names_variable("$HOME/x"));
    CHECK_FALSE(names_variable("$ {x}"));
}

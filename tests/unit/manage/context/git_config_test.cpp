#include "hfssh/manage/context/git.hpp"

#include <doctest/doctest.h>

#include <regex>
#include <string>

using namespace hfssh::manage;
using namespace std::string_literals;

TEST_CASE("lines of git's configuration") {
    SUBCASE("each with where it stands") {
        const auto lines = read_config_lines(
            "global\0file:/h/.gitconfig\0core.sshcommand\nssh -4\0"
            "command\0command line:\0a.B.c\nx\ny\0"s);
        REQUIRE(lines);
        REQUIRE(lines->size() == 2);
        CHECK(lines->at(0).scope == "global");
        CHECK(lines->at(0).file == "/h/.gitconfig");
        CHECK(lines->at(0).key == "core.sshcommand");
        CHECK(lines->at(0).value == "ssh -4");
        CHECK(lines->at(1).file.empty());
        CHECK(lines->at(1).key == "a.B.c");
        CHECK(lines->at(1).value == "x\ny");
    }
    SUBCASE("a key without a value") {
        const auto lines = read_config_lines("local\0file:.git/config\0a.b\0"s);
        REQUIRE(lines);
        CHECK(lines->at(0).value.empty());
    }
    SUBCASE("none") {
        const auto lines = read_config_lines("");
        REQUIRE(lines);
        CHECK(lines->empty());
    }
    SUBCASE("cut") {
        for (const auto& text :
             {"global"s, "global\0"s, "global\0file:a\0"s, "global\0file:a\0b.c\nd"s,
              "\0file:a\0b.c\0"s, "\0"s, "global\0file:a\0b.c\0local\0"s}) {
            CAPTURE(text);
            CHECK_FALSE(read_config_lines(text));
        }
    }
}

TEST_CASE("a pattern for one value") {
    for (const std::string value :
         {"", "ssh -4", "/a/b.c", "!x", "a\\b", "(a|b)*", "[x]{2}+?", "^a$", "'\"$HOME\" %h"}) {
        CAPTURE(value);
        const std::regex pattern(exact_pattern(value), std::regex::extended);
        CHECK(std::regex_search(value, pattern));
        CHECK_FALSE(std::regex_search(value + "x", pattern));
        CHECK_FALSE(std::regex_search("x" + value, pattern));
    }
    CHECK_FALSE(std::regex_search("axb", std::regex(exact_pattern("a.b"), std::regex::extended)));
}

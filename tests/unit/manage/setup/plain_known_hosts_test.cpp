#include "manage/setup/plain_known_hosts.hpp"

#include <doctest/doctest.h>

using namespace hfssh::manage;

namespace {

std::string all() {
    std::string text;
    for (const std::string& line : published_lines())
        text += line + "\n";
    return text;
}

}  // namespace

TEST_CASE("the published lines") {
    CHECK(published_lines().size() == 3);
    CHECK(all().find("ssh-dss") == std::string::npos);
}

TEST_CASE("what is missing in known_hosts") {
    CHECK(missing_lines("") == all());
    CHECK(missing_lines("a b c\n") == all());
    CHECK(missing_lines("a b c") == "\n" + all());
    CHECK(missing_lines(all()).empty());
    CHECK(missing_lines("x\n" + published_lines()[0] + " a comment\r\n") ==
          published_lines()[1] + "\n" + published_lines()[2] + "\n");
    CHECK(missing_lines("# " + all()).find(published_lines()[0]) == 0);
}

TEST_CASE("what was added goes again") {
    for (const std::string before : {"", "\n", "a b c\n", "a b c", "\xff\r\n", "a\n\n\n"}) {
        CAPTURE(before);
        const std::string added = missing_lines(before);
        CHECK(without_lines(before + added, added) == before);
        CHECK(without_lines(before + added + "d e f\n", added) ==
              before + (added.front() == '\n' ? "\n" : "") + "d e f\n");
    }
    SUBCASE("also when others stand between") {
        const std::string text = published_lines()[2] + "\nx y z\n" + published_lines()[0] + "\n\n";
        CHECK(without_lines(text, all()) == "x y z\n\n");
    }
    SUBCASE("and others stay") {
        CHECK(without_lines("a b c", all()) == "a b c");
        const std::string near = published_lines()[0] + " mine\n";
        CHECK(without_lines(near, all()) == near);
    }
}

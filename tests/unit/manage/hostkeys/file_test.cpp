#include "manage/hostkeys/own_file.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "hfssh/system/text.hpp"
#include "support/host_keys.hpp"

using namespace hfssh;
using hub::KnownHosts;
using hub::ServerKey;
using manage::Change;
using test::ed25519;

namespace {

ServerKey key(char seed) {
    return {"ssh-ed25519", test::ed25519_blob(seed)};
}

KnownHosts read(std::string_view text) {
    return hub::read_known_hosts("/f", text);
}

std::size_t count(std::string_view text) {
    return system::lines(text).size();
}

// What a person's file may look like.
const std::vector<std::string> texts = {
    "",
    "\n",
    "\r\n",
    "# mine\n",
    "# mine",
    "# mine\r\n",
    "# mine\r\n\r\nhf.co " + ed25519('x') + "\r\n",
    "hf.co " + ed25519('x') + " a comment\n\n  # indented\n@revoked * " + ed25519('y') + "\n\n\n",
    "hf.co " + ed25519('x') + "\r\n# no end",
    "\xEF\xBB\xBF# marked\n",
    "\xEF\xBB\xBF",
    "github.com " + ed25519('z') + "\nhf.co ssh-ed25519 broken\n",
    std::string(100'000, '#') + "\n",
};

}  // namespace

TEST_CASE("the lines that are written") {
    CHECK(manage::addition_line(key('a'), {}) == "hf.co " + ed25519('a'));
    CHECK(manage::addition_line(key('a'), "of May") == "hf.co " + ed25519('a') + " of May");
    CHECK(manage::revocation_line(key('a'), {}) == "@revoked hf.co " + ed25519('a'));
}

TEST_CASE("a line comes behind the last one, ended as it is") {
    CHECK(manage::with_line("", "l") == "l\n");
    CHECK(manage::with_line("a\n", "l") == "a\nl\n");
    CHECK(manage::with_line("a", "l") == "a\nl");
    CHECK(manage::with_line("a\r\n", "l") == "a\r\nl\r\n");
    CHECK(manage::with_line("a\r\nb", "l") == "a\r\nb\r\nl");
    CHECK(manage::with_line("a\r\nb\n", "l") == "a\r\nb\nl\n");
    CHECK(manage::with_line("a\r", "l") == "a\r\nl");
    CHECK(manage::with_line("\n", "l") == "\nl\n");
    CHECK(manage::with_line("\xEF\xBB\xBF", "l") == "\xEF\xBB\xBFl\n");
}

TEST_CASE("lines go, and nothing else does") {
    CHECK(manage::without_lines("a\nb\nc\n", {2}) == "a\nc\n");
    CHECK(manage::without_lines("a\nb\nc\n", {1, 3}) == "b\n");
    CHECK(manage::without_lines("a\nb\nc", {3}) == "a\nb");
    CHECK(manage::without_lines("a\nb\nc", {2}) == "a\nc");
    CHECK(manage::without_lines("a\r\nb\r\nc\r\n", {2}) == "a\r\nc\r\n");
    CHECK(manage::without_lines("a\r\nb", {2}) == "a");
    CHECK(manage::without_lines("a", {1}).empty());
    CHECK(manage::without_lines("a\n", {1}).empty());
    CHECK(manage::without_lines("\n\na\n\n", {3}) == "\n\n\n");
    CHECK(manage::without_lines("a\n", {}) == "a\n");
    CHECK(manage::without_lines("a\n", {7}) == "a\n");
    CHECK(manage::without_lines("", {1}).empty());
    CHECK(manage::without_lines("\xEF\xBB\xBF"
                                "a\nb\n",
                                {1}) ==
          "\xEF\xBB\xBF"
          "b\n");
}

TEST_CASE("what was added can be removed again, to the byte") {
    for (const std::string& text : texts) {
        CAPTURE(text.substr(0, 200));
        for (const bool revoked : {false, true}) {
            const std::string line = revoked ? manage::revocation_line(key('n'), "why")
                                             : manage::addition_line(key('n'), {});
            const std::string with = manage::with_line(text, line);
            const KnownHosts after = read(with);
            const auto& keys = revoked ? after.revocations : after.additions;
            REQUIRE_FALSE(keys.empty());
            CHECK(keys.back().key == key('n'));
            CHECK(keys.back().origin.line == count(with));
            CHECK(manage::is_as_meant(
                read(text), after,
                revoked ? Change{{}, {key('n')}, {}} : Change{{key('n')}, {}, {}}));
            CHECK(manage::without_lines(with, {keys.back().origin.line}) == text);
        }
    }
}

TEST_CASE("only the change that is meant may be written") {
    const std::string a = "hf.co " + ed25519('a') + "\n";
    const std::string b = "hf.co " + ed25519('b') + "\n";
    const std::string revoked = "@revoked * " + ed25519('r') + "\n";
    const KnownHosts before = read(a + revoked);
    const Change add_b{{key('b')}, {}, {}};
    CHECK(manage::is_as_meant(before, read(a + revoked + b), add_b));
    CHECK(manage::is_as_meant(before, read(revoked), {{}, {}, {1}}));
    SUBCASE("nothing came") {
        CHECK_FALSE(manage::is_as_meant(before, before, add_b));
    }
    SUBCASE("another key came") {
        CHECK_FALSE(
            manage::is_as_meant(before, read(a + revoked + "hf.co " + ed25519('c')), add_b));
    }
    SUBCASE("a revocation was lost") {
        CHECK_FALSE(manage::is_as_meant(before, read(a + b), add_b));
    }
    SUBCASE("an addition was lost") {
        CHECK_FALSE(manage::is_as_meant(before, read(revoked + b), add_b));
    }
    SUBCASE("a key came as the wrong kind") {
        CHECK_FALSE(
            manage::is_as_meant(before, read(a + revoked + "@revoked x " + ed25519('b')), add_b));
    }
    SUBCASE("a line that is fatal, broken, or for others") {
        for (const char* line : {"@revoked x\n", "hf.co ssh-ed25519\n", "other ssh-rsa AAAA\n"}) {
            CHECK_FALSE(manage::is_as_meant(before, read(a + revoked + b + line), add_b));
        }
    }
    SUBCASE("a file that was fatal before") {
        const KnownHosts fatal = read("@revoke x\n");
        CHECK_FALSE(manage::is_as_meant(fatal, read("@revoke x\n" + b), add_b));
    }
}

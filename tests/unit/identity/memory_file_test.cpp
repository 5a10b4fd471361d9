#include "identity/memory_file.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <string_view>

#include "hfssh/hub/wire.hpp"
#include "hfssh/system/encode.hpp"

using namespace hfssh::identity;
using hfssh::hub::wire_string;

namespace {

// The line of an Ed25519 key that has 32 times SEED.
std::string public_key(char seed) {
    const std::string blob = wire_string("ssh-ed25519") + wire_string(std::string(32, seed));
    return "ssh-ed25519 " + hfssh::system::base64_encode(blob);
}

std::string fingerprint(char seed) {
    return read_public_line(public_key(seed))->key.fingerprint();
}

std::string key_file(const std::string& more) {
    return R"({"version":1,"public_key":")" + public_key('k') + "\"" + more + "}";
}

std::string push_file(const std::string& more) {
    return R"({"version":1,"namespace":"acme","key":")" + fingerprint('k') + "\"" + more + "}";
}

}  // namespace

TEST_CASE("memory: a key's file") {
    SUBCASE("every field") {
        const auto parsed = parse_key_file(
            key_file(R"(,"account":"alice","asked":"2026-01-31T23:59:59Z","comment":"a@b")"));
        REQUIRE(parsed);
        CHECK(parsed->key.fingerprint() == fingerprint('k'));
        CHECK(parsed->asked.account == "alice");
        CHECK(parsed->comment == "a@b");
        CHECK(format_time(parsed->asked.when) == "2026-01-31T23:59:59Z");
    }
    SUBCASE("only the required fields") {
        const auto parsed = parse_key_file(key_file(R"(,"account":"alice")"));
        REQUIRE(parsed);
        CHECK(parsed->asked.when == SystemTime());
    }
    SUBCASE("a comment that would move the cursor") {
        const auto parsed =
            parse_key_file(key_file(R"(,"account":"alice","comment":"\u001b[2Jx\ny")"));
        REQUIRE(parsed);
        CHECK(parsed->comment == "\\x1b[2Jx\\x0ay");
    }
    SUBCASE("written and read again") {
        RememberedKey entry = *parse_key_file(key_file(R"(,"account":"alice")"));
        entry.asked = {"bob", parse_time("2026-02-01T00:00:00Z")};
        entry.comment = "quoted \" \\ \xc3\xa9";
        const std::string text = format_key_file(entry);
        CHECK(text.ends_with("}\n"));
        const auto parsed = parse_key_file(text);
        REQUIRE(parsed);
        CHECK(parsed->asked.account == "bob");
        CHECK(parsed->asked.when == entry.asked.when);
        CHECK(parsed->comment == entry.comment);
        CHECK(format_key_file(*parsed) == text);
    }
}

TEST_CASE("memory: a namespace's file") {
    const auto parsed = parse_push_file(push_file(R"(,"when":"2026-01-31T00:00:01Z")"));
    REQUIRE(parsed);
    CHECK(parsed->name_space == "acme");
    CHECK(parsed->fingerprint == fingerprint('k'));
    CHECK(format_time(parsed->when) == "2026-01-31T00:00:01Z");
    CHECK(parse_push_file(format_push_file(*parsed)));
}

TEST_CASE("memory: damaged files, and those of another version") {
    std::string stranger = public_key('k');
    stranger.back() = '*';
    const std::string broken[] = {
        "",
        "{",
        "null",
        "[]",
        "\"version\"",
        "{}",
        std::string("\0\0\0\0", 4),
        "\xff\xfe{}",
        R"({"version":"1"})",
        R"({"version":0})",
        R"({"version":-1})",
        R"({"version":1.0})",
        R"({"version":1})",
        R"({"version":1,"public_key":7})",
        R"({"version":1,"public_key":"ssh-ed25519"})",
        R"({"version":1,"public_key":")" + stranger + "\"}",
        R"({"version":1,"public_key":")" + public_key('k') + " comment\"}",
        key_file(""),
        key_file(R"(,"account":"")"),
        R"({"version":2,"account":"alice","public_key":")" + public_key('k') + "\"}",
        key_file(R"(,"account":null)"),
        key_file(R"(,"account":["alice"])"),
        key_file(R"(,"account":"al ice")"),
        key_file(R"(,"account":"al\nice")"),
        key_file(R"(,"account":")" + std::string(97, 'a') + "\""),
        key_file(R"(,"account":"alice","x":1e999)"),
        key_file(",\"account\":\"alice\",\"x\":\"\xc3\x28\""),
        key_file(",\"account\":\"alice\",\"x\":\"" + std::string(largest_memory_file, 'x') + "\""),
        key_file(R"(,"account":"alice")") + "{}",
    };
    for (const std::string& text : broken) {
        CAPTURE(text.substr(0, 100));
        CHECK_FALSE(parse_key_file(text));
    }
    CHECK(
        parse_key_file(key_file(R"(,"account":"alice","colour":{"a":[1,2.5,null]},"comment":{})")));

    const std::string pushes[] = {
        R"({"version":1,"key":"SHA256:x"})",
        R"({"version":1,"namespace":"acme"})",
        R"({"version":1,"namespace":"acme","key":"SHA256:short"})",
        R"({"version":1,"namespace":"","key":")" + fingerprint('k') + "\"}",
        R"({"version":1,"namespace":"a\u0000b","key":")" + fingerprint('k') + "\"}",
    };
    for (const std::string& text : pushes) {
        CAPTURE(text);
        CHECK_FALSE(parse_push_file(text));
    }
}

TEST_CASE("memory: names of files") {
    const char* namespaces[] = {"acme",    "Acme",   "ACME",   "aCme",     ".",   "..",
                                "...",     ".a",     "a.",     "a..b",     "a/b", "/",
                                "../../x", "%41cme", "%",      "%25",      "con", "a b",
                                "a%2fb",   "a.json", "a\\b",   "\xc3\xa9", "e",   "a.json.broken",
                                "a:b",     "-",      "--help", "~"};
    std::set<std::string> seen;
    for (const char* name : namespaces) {
        CAPTURE(name);
        const auto file = push_file_name(name);
        REQUIRE(file);
        CHECK(seen.insert(*file).second);
        CHECK(file->find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_.%") ==
              std::string::npos);
        CHECK(file->front() != '.');
        CHECK(file->ends_with(".json"));
        CHECK(file->size() > 5);
    }
    CHECK(push_file_name("acme-2_x.y") == "acme-2_x.y.json");
    CHECK(push_file_name("Acme") == "%41cme.json");

    const auto dots = push_file_name(std::string(255, '.'));
    const auto others = push_file_name(std::string(254, '.') + "A");
    REQUIRE(dots);
    CHECK(dots->size() < 200);
    CHECK(dots->starts_with("%sha256-"));
    CHECK(dots != others);

    for (const std::string& name : {std::string(), std::string(256, 'a'), std::string("a\nb"),
                                    std::string("a\0b", 3), std::string("\xff")}) {
        CHECK_FALSE(push_file_name(name));
    }
    CHECK(key_file_name(fingerprint('k'))->size() == 64 + 5);
    CHECK(key_file_name(fingerprint('k')) != key_file_name(fingerprint('l')));
    for (const char* name : {"", "SHA256:", "MD5:00", "SHA256:../../../../../../../../../../etc",
                             "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB"}) {
        CAPTURE(name);
        CHECK_FALSE(key_file_name(name));
    }
}

TEST_CASE("memory: times") {
    for (const char* text : {"1970-01-01T00:00:00Z", "2000-02-29T12:00:00Z", "2026-12-31T23:59:59Z",
                             "2199-12-31T23:59:59Z"}) {
        CHECK(format_time(parse_time(text)) == text);
    }
    for (const char* text :
         {"", "yesterday", "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01T24:00:00Z",
          "2026-01-01 00:00:00Z", "2026-01-01T00:00:00", "1969-12-31T23:59:59Z",
          "9999-12-31T23:59:59Z", "2026-01-01T00:00:0-Z", "2026-01-01T00:00:00Zx"}) {
        CAPTURE(text);
        CHECK(parse_time(text) == SystemTime());
    }
    CHECK(format_time(SystemTime(std::chrono::hours(-1))) == "1970-01-01T00:00:00Z");
    CHECK(format_time(SystemTime::max()) == "1970-01-01T00:00:00Z");
    CHECK(format_time(SystemTime::min()) == "1970-01-01T00:00:00Z");
}

TEST_CASE("memory: comments as stored") {
    CHECK(stored_comment("me@here") == "me@here");
    CHECK(stored_comment("\xff") == "\\xff");
    const std::string accents = stored_comment("x" + std::string(300, '\xc3'));
    CHECK(accents.size() <= 256);
    std::string text = "x";
    for (int i = 0; i < 300; ++i)
        text += "\xc3\xa9";
    CHECK(stored_comment(text).size() == 255);
    CHECK(stored_comment(stored_comment(text)) == stored_comment(text));
}

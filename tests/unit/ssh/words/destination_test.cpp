#include "hfssh/ssh/words/destination.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

using namespace hfssh::ssh;

TEST_CASE("destination: [user@]host") {
    struct Row {
        const char* word;
        std::optional<std::string> user;
        const char* host;
        std::optional<int> port;
    };
    const std::vector<Row> rows = {
        {"h", {}, "h", {}},
        {"a@h", "a", "h", {}},
        {"a@b@h", "a@b", "h", {}},
        {"h:22", {}, "h:22", {}},
        {"[::1]", {}, "[::1]", {}},
        {"SSH://h", {}, "SSH://h", {}},
        {"h.", {}, "h.", {}},
        {"ssh://h", {}, "h", {}},
        {"ssh://h.", {}, "h", {}},
        {"ssh://HF.co/", {}, "HF.co", {}},
        {"ssh://h:", {}, "h", {}},
        {"ssh://a@h:22", "a", "h", 22},
        {"ssh://a@h:22/", "a", "h", 22},
        {"ssh://a%40b+c%2fd@h", "a@b c/d", "h", {}},
        {"ssh://a;x=%zz@h", "a", "h", {}},
        {"ssh://[h]:22", {}, "h", 22},
        {"ssh://[::1]:22", {}, "::1", 22},
        {"ssh://a@[fe80::1%eth0]", "a", "fe80::1%eth0", {}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.word);
        const auto destination = read_destination(row.word);
        REQUIRE(destination.has_value());
        CHECK(destination->typed == row.word);
        CHECK(destination->user == row.user);
        CHECK(destination->host == row.host);
        CHECK(destination->port == row.port);
    }
}

TEST_CASE("destination: refused") {
    for (const char* word : {"",
                             "@h",
                             "a@",
                             "ssh://",
                             "ssh://@h",
                             "ssh://;x@h",
                             "ssh://a@",
                             "ssh://a@b@h",
                             "ssh://a%zz@h",
                             "ssh://a%4@h",
                             "ssh://a%@h",
                             "ssh://a%00b@h",
                             "ssh://h:0",
                             "ssh://h:65536",
                             "ssh://h:-1",
                             "ssh://h:22x",
                             "ssh://h:/",
                             "ssh://h/path",
                             "ssh://h:22/path",
                             "ssh://h//",
                             "ssh://a..b",
                             "ssh://.h",
                             "ssh://h h",
                             "ssh://[h",
                             "ssh://[h]x",
                             "ssh://[]",
                             "ssh://h]",
                             "ssh://::1",
                             "ssh://[::1x]"}) {
        CAPTURE(word);
        CHECK_FALSE(read_destination(word).has_value());
    }
}

TEST_CASE("port") {
    CHECK(read_port("1") == 1);
    CHECK(read_port("65535") == 65535);
    CHECK(read_port(" +0022") == 22);
    for (const char* text : {"", " ", "+", "0", "-1", "65536", "99999999999999999999", "22 ",
                             "0x16", "no such service"}) {
        CAPTURE(text);
        CHECK_FALSE(read_port(text).has_value());
    }
}

TEST_CASE("names that a shell could take for more") {
    for (const char* host : {"hf.co", "[::1]", "::1", "fe80::1%eth0", "a_b", "a,b", "x@y",
                             "10.0.0.1", "\u00fc", "~a", "a*", "h:22"}) {
        CAPTURE(host);
        CHECK(is_plain_host(host));
    }
    for (const char* host : {"-oProxyCommand=x",
                             "$(x)",
                             "$x",
                             "`x`",
                             "a'b",
                             "a\"b",
                             "a\\b",
                             "a;b",
                             "a&b",
                             "a<b",
                             "a>b",
                             "a|b",
                             "a(b",
                             "a)b",
                             "a{b",
                             "a}b",
                             "a b",
                             "a\tb",
                             "a\nb",
                             "a\x7f",
                             "a\x01"}) {
        CAPTURE(host);
        CHECK_FALSE(is_plain_host(host));
    }
    for (const char* user : {"git", "a b", "a@b", "$x", "a\\b", "a-b", "DOMAIN\\me", "a$"}) {
        CAPTURE(user);
        CHECK(is_plain_user(user));
    }
    for (const char* user : {"-x", "a -b", "a\t-b", "a\\", "a;b", "a'b", "a`b`", "a|b", "$(x)",
                             "${x}", "a&b", "a<b", "a\"b"}) {
        CAPTURE(user);
        CHECK_FALSE(is_plain_user(user));
    }
}

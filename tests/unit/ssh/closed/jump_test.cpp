#include <doctest/doctest.h>

#include <string>

#include "hfssh/ssh/closed/configuration.hpp"

using namespace hfssh::ssh;

namespace {

const std::vector<std::string> ssh = {"/usr/bin/ssh", "-F", "/a b/100%"};
const std::string start = "/usr/bin/ssh -F '/a b/100%%'";

Resolved with_jump(const std::string& value) {
    return read_resolved("user git\nhostname hf.co\nport 22\nproxyjump " + value + "\n");
}

}  // namespace

TEST_CASE("jump command: as ssh itself would write it") {
    struct Row {
        const char *jump, *expected;
    };
    const Row rows[] = {
        {"bastion", " -W '[%h]:%p' -- bastion"},
        {"me@bastion", " -l me -W '[%h]:%p' -- bastion"},
        {"me@bastion:2222", " -l me -p 2222 -W '[%h]:%p' -- bastion"},
        {"bastion:22", " -p 22 -W '[%h]:%p' -- bastion"},
        {"a@b@bastion", " -l a@b -W '[%h]:%p' -- bastion"},
        {"[2001:db8::1]", " -W '[%h]:%p' -- 2001:db8::1"},
        {"me@[2001:db8::1]:22", " -l me -p 22 -W '[%h]:%p' -- 2001:db8::1"},
        {"one,two", " -J one -W '[%h]:%p' -- two"},
        {"x@one:1,ssh://y@two:2,z@three:3",
         " -l z -p 3 -J x@one:1,ssh://y@two:2 -W '[%h]:%p' -- three"},
        {"-oProxyCommand=x", " -W '[%h]:%p' -- -oProxyCommand=x"},
    };
    for (const Row& row : rows) {
        INFO(std::string(row.jump));
        CHECK(jump_command(with_jump(row.jump), ssh) == start + row.expected);
    }
}

TEST_CASE("jump command: tokens in it stay tokens, nothing in it is for the shell") {
    CHECK(jump_command(with_jump("%r@gw-%n"), {"ssh"}) == "ssh -l %r -W '[%h]:%p' -- gw-%n");
    CHECK(jump_command(with_jump("a;b@$(c)"), {"ssh"}) == "ssh -l 'a;b' -W '[%h]:%p' -- '$(c)'");
    CHECK(jump_command(with_jump("`x`,gw"), {"ssh"}) == "ssh -J '`x`' -W '[%h]:%p' -- gw");
    CHECK(jump_command(with_jump("it's"), {"ssh"}) == "ssh -W '[%h]:%p' -- 'it'\\''s'");
    CHECK(jump_command(with_jump("gw"), {"nice", "-n", "5", "my ssh%"}) ==
          "nice -n 5 'my ssh%%' -W '[%h]:%p' -- gw");
}

TEST_CASE("jump command: none") {
    CHECK_FALSE(jump_command(read_resolved("user git\nhostname hf.co\nport 22\n"), ssh));
    for (const char* jump : {"none", "", "me@", "a,", "[::1"}) {
        INFO(std::string(jump));
        CHECK_FALSE(jump_command(with_jump(jump), ssh));
    }
}

#include "hfssh/ssh/config/resolved.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace hfssh::ssh;

namespace {

const std::string head = "user git\nhostname hf.co\nport 22\n";

}  // namespace

TEST_CASE("resolved: what ssh -G prints") {
    const Resolved resolved = read_resolved(
        "host hf-work\n" + head +
        "addressfamily any\nidentityfile ~/.ssh/a\nidentityfile ~/.ssh/b c\nsendenv LANG\n"
        "sendenv LC_*\nproxycommand ssh -W '%h:%p'  gw\npubkeyacceptedalgorithms ssh-ed25519\n"
        "canonicalizePermittedcnames none\nsetenv A=1\tB\nempty \nbare\n");
    CHECK_FALSE(resolved.malformed());
    CHECK(resolved.first("hostname") == "hf.co");
    CHECK(resolved.first("identityfile") == "~/.ssh/a");
    CHECK(resolved.all("identityfile") == std::vector<std::string_view>{"~/.ssh/a", "~/.ssh/b c"});
    CHECK(resolved.all("sendenv").size() == 2);
    CHECK(resolved.first("proxycommand") == "ssh -W '%h:%p'  gw");
    CHECK(resolved.first("canonicalizepermittedcnames") == "none");
    CHECK(resolved.has("bare"));
    CHECK(resolved.has("empty"));
    CHECK(resolved.first("setenv") == "A=1\tB");
    CHECK(resolved.supports("addressfamily"));
    CHECK_FALSE(resolved.supports("requiredrsasize"));
    CHECK(resolved.first("requiredrsasize").empty());
    CHECK(resolved.all("requiredrsasize").empty());
    CHECK(resolved.has_known_hosts_command());
    CHECK_FALSE(read_resolved(head + "pubkeyacceptedkeytypes ssh-rsa\n").has_known_hosts_command());
}

TEST_CASE("resolved: a line that a value brought in") {
    const char* const texts[] = {
        "",
        "user git\n",
        "user git\nhostname \nport 22\n",
        "user git\nproxycommand touch pwned\nhostname hf.co\nport 22\n",
        "user git\nhostname hf.co\nproxycommand touch pwned\nport 22\n",
        "user git\nhostname hf.co\nport 22\nproxycommand a\nproxycommand b\n",
        "user git\nhostname hf.co\nport 22\nhostname hf.co\nport 22\n",
        "user git\nhostname hf.co\nport 22",
        "user git\nhostname hf.co\nport 22\n\n",
        "user git\nhostname hf.co\nport 22\n tail of a value\n",
        "user git\nhostname hf.co\nport 22\ntouch; pwned\nsh; -c x\n",
        "user git\nhostname hf.co\nport 22\nuser\tx\n",
        "user git\rx\nhostname hf.co\nport 22\n",
        "user g\x1b[2Jit\nhostname hf.co\nport 22\n",
        "hostname hf.co\n",
    };
    for (const char* text : texts) {
        INFO(std::string(text));
        CHECK(read_resolved(text).malformed());
    }
    CHECK(read_resolved(head + std::string("setenv A=\0B\n", 12)).malformed());
    CHECK(read_resolved("user g\x1bx\n" + head).defect() ==
          "a control character in the value of user");
}

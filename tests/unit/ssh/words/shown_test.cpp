// No password or token comes out of what a trace and a report show.
#include "hfssh/ssh/words/shown.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

using namespace hfssh;
using Words = std::vector<std::string>;

TEST_CASE("shown: a user ends at the first colon") {
    CHECK(ssh::shown_user("git") == "git");
    CHECK(ssh::shown_user("git:s3cr3t") == "git");
    CHECK(ssh::shown_user("git:s3:cr3t@x") == "git");
    CHECK(ssh::shown_user(":s3cr3t").empty());
    CHECK(ssh::shown_jump("bastion") == "bastion");
    CHECK(ssh::shown_jump("a:s3cr3t@one:22,ssh://b:s3cr3t@[::1]:22") ==
          "a@one:22,ssh://b@[::1]:22");
}

TEST_CASE("shown: a proxy's first word, unless that may hold a password") {
    CHECK(ssh::shown_command("").empty());
    CHECK(ssh::shown_command("proxy") == "proxy");
    CHECK(ssh::shown_command(" nc -P user:s3cr3t %h %p") == "nc ...");
    CHECK(ssh::shown_command("'/path/join'\t--auth s3cr3t") == "'/path/join' ...");
    CHECK(ssh::shown_command("PASSWORD=s3cr3t nc %h %p") == "...");
    CHECK(ssh::shown_command("connect://u:s3cr3t@proxy") == "...");
}

TEST_CASE("shown: no word of a command line holds a password") {
    const std::vector<std::pair<Words, Words>> lines = {
        {{"ssh", "-oProxyCommand=nc s3cr3t %h"}, {"ssh", "-oProxyCommand=[…]"}},
        {{"-o", "proxycommand nc s3cr3t"}, {"-o", "ProxyCommand=[…]"}},
        {{"sh", "-c", "ssh -o ProxyCommand='x s3cr3t' \"$@\""},
         {"sh", "-c", "ssh -o ProxyCommand=[…]"}},
        {{"-o", "SetEnv=TOKEN=s3cr3t"}, {"-o", "SetEnv=[…]"}},
        {{"-oSetEnv=X=ProxyCommand s3cr3t"}, {"-oSetEnv=[…]"}},
        {{"-oProxyCommand=setenv s3cr3t"}, {"-oProxyCommand=[…]"}},
        {{"-l", "git:s3cr3t"}, {"-l", "git"}},
        {{"-lgit:s3cr3t"}, {"-lgit"}},
        {{"-vlgit:s3cr3t"}, {"-vlgit"}},
        {{"-vl", "git:s3cr3t"}, {"-vl", "git"}},
        {{"-o", "User=git:s3cr3t"}, {"-o", "User=git"}},
        {{"-oUser git:s3cr3t"}, {"-oUser git"}},
        {{"-J", "a:s3cr3t@b,c:s3cr3t@d"}, {"-J", "a@b,c@d"}},
        {{"-oProxyJump=a:s3cr3t@b"}, {"-oProxyJump=a@b"}},
        {{"git:s3cr3t@hf.co"}, {"git@hf.co"}},
        {{"sshpass", "-p", "s3cr3t", "ssh", "-p", "22"}, {"sshpass", "[…]", "ssh", "-p", "22"}},
        {{"run", "--token", "1234", "X=s3cr3t", "/usr/bin/ssh", "-v"},
         {"run", "[…]", "X=[…]", "/usr/bin/ssh", "-v"}},
        {{"hf-ssh", "--via", "'sshpass", "-ps3cr3t", "-p", "s3cr3t", "ssh'"},
         {"hf-ssh", "--via", "'sshpass", "-p[…]", "-p", "[…]", "ssh'"}},
        {{"--", "ssh://git:s3@cr3t@hf.co:22"}, {"--", "ssh://git@hf.co:22"}},
    };
    for (const auto& [words, shown] : lines) {
        const std::string last = words.back();
        CAPTURE(last);
        CHECK(ssh::shown_words(words) == shown);
    }
}

TEST_CASE("shown: other words stay as they are") {
    const Words words = {"/usr/bin/ssh",
                         "-F",
                         "none",
                         "-oProxyCommand=none",
                         "-o",
                         "ProxyCommand none",
                         "-L",
                         "8080:host:80",
                         "-oUserKnownHostsFile=/dev/null",
                         "-oKnownHostsCommand=/x %H",
                         "-p",
                         "22",
                         "-4v",
                         "-",
                         "",
                         "git@[::1]",
                         "git-upload-pack 'alice/model'"};
    CHECK(ssh::shown_words(words) == words);
}

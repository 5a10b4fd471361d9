#include "hfssh/ssh/config/alias_reader.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "support/temp_directory.hpp"

using namespace hfssh::ssh;

namespace {

// The answer for HOST under a configuration of this TEXT.
bool asks(const std::string& text, const std::string& host) {
    const hfssh::test::TempDirectory directory;
    directory.write("config", text);
    const AliasAnswer answer = may_be_hub(host, config_files(directory / "config"));
    CHECK(answer.reason.empty() == (answer.answer == MayBeHub::no));
    return answer.answer == MayBeHub::ask;
}

}  // namespace

TEST_CASE("alias: ordinary configurations need no ssh -G") {
    const char* const texts[] = {
        "",
        "# nothing but a comment\n",
        "Host *\n    SendEnv LANG LC_*\n    HashKnownHosts yes\n    GSSAPIAuthentication yes\n",
        "Host hf-work\n  HostName hf.co\n  User git\nHost hf-*\n  HostName huggingface.co\n",
        "Host hf.co\n  IdentityFile ~/.ssh/hf\n  User git\nHost *\n  ServerAliveInterval 60\n",
        "Host gh\n  HostName github.com\nHost *.corp !gw.corp\n  ProxyJump gw.corp\n",
        "Host github.com\n  HostName ssh.github.com\n  Port 443\n",
        "Host space\n  HostName ssh.hf.space\nHost *\n  HostName %h\n",
        "Host *\n  HostName %h.example.com\n",
        "Host github.com\n  HostName www.hf.co\n  HostKeyAlias hf.co\n  ProxyCommand nc hf.co 22\n",
        "CanonicalizeHostname no\nHost *.corp\n  CanonicalizeHostname yes\n",
        "Match host github.com exec \"test -e /nowhere\"\n  User git\nMatch all\n  Port 22\n",
        "Host \"github.com\"\n  User git\n  IdentityFile \"~/.ssh/a b\"\n",
        "Include nothing-here/*.conf\nInclude /nowhere/at/all\n",
        "Host git?lab.com\n  HostName hf.co\nHost *\n\tAddKeysToAgent yes\n",
        "Host * !github.com\n  HostName hf.co\n",
        "\xef\xbb\xbfHost github.com\n  Port 22\n",
    };
    for (const char* text : texts) {
        INFO(std::string(text));
        CHECK_FALSE(asks(text, "github.com"));
    }
}

TEST_CASE("alias: a block that applies names hf.co") {
    const char* const texts[] = {
        "Host a\nHostName hf.co",
        "Host a\n  hostname = HF.co.\r\n",
        "HostName huggingface.co\n",
        "Host b a\nHostName \"hf.co\" # work\n",
        "Host *\nHostName 'hf.co'\n",
        "Host ?\nUser x\nHostName h\"f.c\"o\n",
        "Host b\nHostName x\nHost !b *\nHostName hf.co\n",
        "Match host b\nHostName hf.co\n",
        "Host b\nMatch user x exec false\nHostName hf.co\n",
        "Host A\nHostName hf.co\n",
        "Host a=b\nHostName hf.co=\n",
        "Host b # a\nHostName hf.co\n",
        "Host * # !a\nHostName hf.co\n",
        "HostName %x\n",
    };
    for (const char* text : texts) {
        INFO(std::string(text));
        CHECK(asks(text, "a"));
    }
    CHECK(asks("Host hf\nHostName %h.co\n", "hf"));
    CHECK(asks("Host *\nHostName %h.co\n", "huggingface"));
}

TEST_CASE("alias: canonicalisation may turn any name into hf.co") {
    CHECK(asks("CanonicalizeHostname yes\nCanonicalDomains co\n", "hf"));
    CHECK(asks("Host *\nCanonicalizeHostname=Always\n", "hf"));
    CHECK(asks("CanonicalizeHostname \"true\"\n", "hf"));
    CHECK_FALSE(asks("CanonicalizeHostname False\n", "hf"));
    CHECK_FALSE(asks("Host other\nCanonicalizeHostname yes\n", "hf"));
}

TEST_CASE("alias: Include") {
    const hfssh::test::TempDirectory directory;
    const std::string here = directory.path();
    directory.write("hub", "HostName hf.co\n");
    directory.write("block", "Host a\nHostName hf.co\n");
    directory.write("space d.conf", "Host a\nHostName hf.co\n");
    const auto ask = [&](const std::string& text) {
        directory.write("config", text);
        return may_be_hub("a", {{directory / "config", ConfigFile::Owner::system}}).answer ==
               MayBeHub::ask;
    };
    CHECK(ask("Include hub\n"));
    CHECK(ask("Include nothing " + here + "/hub\n"));
    CHECK(ask("Host a\nInclude block\n"));
    CHECK(ask("Include \"space d.conf\"\n"));
    CHECK(ask("Include *.conf\n"));
    CHECK(ask("include = h?b\n"));
    CHECK(ask("Include [a-c]lock\n"));
    CHECK(ask("Include h\\\\ub\n"));
    CHECK(ask("Include block\nHost b\n"));
    CHECK_FALSE(ask("Host b\nInclude hub block\n"));
    CHECK_FALSE(ask("Include nothing *.none\n"));

    setenv("HFSSH_TEST_PLACE", here.c_str(), 1);
    CHECK(ask("Include ${HFSSH_TEST_PLACE}/hub\n"));
    CHECK(ask("Include ${HFSSH_TEST_UNSET}/x\n"));
    CHECK_FALSE(ask("Include ${HFSSH_TEST_PLACE}/nothing\n"));
    CHECK(ask("Include %C\n"));
    unsetenv("HFSSH_TEST_PLACE");
    directory.write("a.b", "HostName hf.co\n");
    CHECK(ask("Include %n.b\n"));
    CHECK_FALSE(ask("Include %n.c\n"));
}

TEST_CASE("alias: a block goes on behind an Include, whatever that one left open") {
    const hfssh::test::TempDirectory directory;
    directory.write("other", "Host b\nPort 1\n");
    directory.write("config", "Host a\nInclude other\nHostName hf.co\n");
    CHECK(may_be_hub("a", {{directory / "config", ConfigFile::Owner::system}}).answer ==
          MayBeHub::ask);
}

TEST_CASE("alias: what can't be judged is ssh's to judge") {
    const hfssh::test::TempDirectory directory;
    const auto ask = [&](const std::string& name) {
        return may_be_hub("a", {{directory / name, ConfigFile::Owner::system}}).answer ==
               MayBeHub::ask;
    };
    directory.write("self", "Include self\n");
    CHECK(ask("self"));
    directory.write("twice", "Include twice\nInclude twice\n");
    CHECK(ask("twice"));
    directory.write("large", std::string((std::size_t{1} << 20) + 1, '\n'));
    CHECK(ask("large"));
    directory.write("quote", "Include \"quote\n");
    CHECK(ask("quote"));
    REQUIRE(mkfifo((directory / "fifo").c_str(), 0600) == 0);
    CHECK(ask("fifo"));
    CHECK_FALSE(ask("missing"));
    directory.write("many", std::string(2000, '\n') + "Host a\nHostName hf.co");
    CHECK(may_be_hub("a", {{directory / "many", ConfigFile::Owner::user}})
              .reason.find("line 2002: hostname hf.co") != std::string::npos);
}

TEST_CASE("alias: the files that ssh reads") {
    CHECK(config_files("none").empty());
    CHECK(config_files("NONE").empty());
    CHECK(config_files("x").size() == 1);
    CHECK(config_files("x")[0].path == "x");
    CHECK(may_be_hub("a", config_files("/dev/null")).answer == MayBeHub::no);
    const auto standard = config_files(std::nullopt);
    REQUIRE_FALSE(standard.empty());
    CHECK(standard.back().path == "/etc/ssh/ssh_config");
    CHECK(standard.back().owner == ConfigFile::Owner::system);
}

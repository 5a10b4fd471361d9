#include "manage/setup/setup.hpp"

#include <doctest/doctest.h>

using namespace hfssh::manage;

TEST_CASE("the block for plain ssh") {
    const auto block = ssh_block("/a b/known-hosts", false);
    REQUIRE(block);
    CHECK(is_ssh_block(*block));
    CHECK(block->find("KnownHostsCommand \"/a b/known-hosts\" %I %t %K\n") != std::string::npos);
    CHECK(block->find("GSSAPI") == std::string::npos);
    CHECK(ssh_block("/x", true)->find("GSSAPIKeyExchange no\n") != std::string::npos);
    CHECK_FALSE(ssh_block("known-hosts", false));
    CHECK_FALSE(is_ssh_block("Host hf.co\n"));
}

TEST_CASE("the include in ~/.ssh/config") {
    for (const char* config : {"", "Host x\n", "no end", "\n\n# a\r\nHost *\r\n", "\n"}) {
        CAPTURE(config);
        const std::string with = with_include(config);
        CHECK(with.ends_with(config));
        CHECK(with != config);
        CHECK(with_include(with) == with);
        CHECK(without_include(with) == config);
        CHECK(without_include(config) == config);
    }
    // Moved by the user, without the comment.
    const std::string moved = "Host x\n  Include ~/.ssh/hf-ssh.conf\n";
    CHECK(with_include(moved) == moved);
    CHECK(without_include(moved) == "Host x\n");
}

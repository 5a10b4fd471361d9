#include "hfssh/manage/setup/overrides.hpp"

#include <doctest/doctest.h>

#include "support/temp_directory.hpp"

using namespace hfssh::manage;
using Kind = Override::Kind;

namespace {

ConfigLine line(const std::string& scope, const std::string& value,
                const std::string& file = "/x/config") {
    return {scope, file, "core.sshcommand", value};
}

}  // namespace

TEST_CASE("what overrides the registered hf-ssh") {
    const hfssh::test::TempDirectory directory;
    const std::string ours = directory.write("hf-ssh", "#!/bin/sh\n", 0755);
    SshSettings settings;
    settings.commands = {line("global", ours)};

    SUBCASE("nothing") {
        CHECK(find_overrides(settings).empty());
        settings.variants = {{"global", "/x", "ssh.variant", "SSH"}};
        CHECK(find_overrides(settings).empty());
    }
    SUBCASE("nothing is registered, so nothing is overridden") {
        settings.commands = {line("global", "ssh -4"), line("local", "ssh -6")};
        CHECK(find_overrides(settings).empty());
    }
    SUBCASE("GIT_SSH_COMMAND") {
        settings.git_ssh_command = "ssh -i key";
        settings.git_ssh = "/usr/bin/ssh";
        const auto found = find_overrides(settings);
        REQUIRE(found.size() == 1);
        CHECK(found[0].kind == Kind::command_variable);
        CHECK(found[0].remedy == "unset GIT_SSH_COMMAND");
    }
    SUBCASE("GIT_SSH_COMMAND that is hf-ssh comes before everything else") {
        settings.git_ssh_command = ours + " --via 'ssh -4'";
        settings.git_ssh = "/usr/bin/ssh";
        settings.commands.push_back(line("local", "ssh -4"));
        CHECK(find_overrides(settings).empty());
    }
    SUBCASE("GIT_SSH") {
        settings.git_ssh = "/usr/bin/ssh with blanks";
        const auto found = find_overrides(settings);
        REQUIRE(found.size() == 1);
        CHECK(found[0].kind == Kind::program_variable);
        settings.git_ssh = ours;
        CHECK(find_overrides(settings).empty());
    }
    SUBCASE("another core.sshCommand") {
        settings.commands.push_back(line("local", "ssh -4"));
        auto found = find_overrides(settings);
        REQUIRE(found.size() == 1);
        CHECK(found[0].kind == Kind::configuration);
        CHECK(found[0].remedy == "git hf-ssh setup --local");
        settings.commands.back().scope = "worktree";
        found = find_overrides(settings);
        REQUIRE(found.size() == 1);
        CHECK(found[0].remedy == "git config --file /x/config --unset-all core.sshCommand");
        settings.commands.push_back(line("command", ours, ""));
        CHECK(find_overrides(settings).empty());
    }
    SUBCASE("variants") {
        settings.variants = {{"global", "/x y", "ssh.variant", "plink"}};
        auto found = find_overrides(settings);
        REQUIRE(found.size() == 1);
        CHECK(found[0].kind == Kind::variant);
        CHECK(found[0].remedy == "git config --file '/x y' --unset-all ssh.variant");
        settings.git_ssh_variant = "auto";
        CHECK(find_overrides(settings).empty());
        settings.git_ssh_variant = "tortoiseplink";
        found = find_overrides(settings);
        REQUIRE(found.size() == 1);
        CHECK(found[0].remedy == "unset GIT_SSH_VARIANT");
    }
    SUBCASE("nothing moves the cursor") {
        settings.git_ssh_command = "ssh \x1b[2J";
        const auto found = find_overrides(settings);
        REQUIRE(found.size() == 1);
        CHECK(found[0].text.find('\x1b') == std::string::npos);
    }
}

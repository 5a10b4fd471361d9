#include "hfssh/reuse/command.hpp"

#include <doctest/doctest.h>

#include <map>

namespace hfssh::reuse {
namespace {

using Table = std::map<pid_t, system::Process>;

pid_t topmost(const Table& table) {
    const auto found = find_command(100, [&](pid_t pid) -> std::optional<system::Process> {
        const auto process = table.find(pid);
        if (process == table.end()) return std::nullopt;
        return process->second;
    });
    return found ? found->process : 0;
}

// 100 is hf-ssh itself; 9 a terminal's session, whose shell is 10.
TEST_CASE("the topmost git is the command") {
    const Table push = {{10, {1, 9, 1, "bash"}},     {20, {10, 9, 2, "git"}},
                        {30, {20, 9, 3, "dash"}},    {40, {30, 9, 4, "git"}},
                        {50, {40, 9, 5, "git-lfs"}}, {60, {50, 9, 6, "git"}},
                        {100, {60, 9, 7, "hf-ssh"}}};
    CHECK(topmost(push) == 20);
    Table table = push;
    table[50].name = "git-remote-https";
    CHECK(topmost(table) == 20);
}

TEST_CASE("something else between ends the search") {
    const Table hook = {{20, {10, 9, 2, "git"}},
                        {30, {20, 9, 3, "python3"}},
                        {40, {30, 9, 4, "git"}},
                        {100, {40, 9, 7, "hf-ssh"}}};
    CHECK(topmost(hook) == 40);
    CHECK(
        topmost({{20, {10, 9, 2, "git"}}, {30, {20, 9, 3, "ssh"}}, {100, {30, 9, 7, "hf-ssh"}}}) ==
        0);
    CHECK(topmost({{10, {1, 9, 1, "bash"}}, {100, {10, 9, 7, "hf-ssh"}}}) == 0);
    CHECK(topmost({{20, {10, 9, 2, "gitk"}}, {100, {20, 9, 7, "hf-ssh"}}}) == 0);
}

TEST_CASE("a command is of one session") {
    CHECK(topmost({{20, {10, 8, 2, "git"}}, {100, {20, 9, 7, "hf-ssh"}}}) == 0);
    CHECK(
        topmost({{20, {10, 8, 2, "git"}}, {40, {20, 9, 4, "git"}}, {100, {40, 9, 7, "hf-ssh"}}}) ==
        40);
}

TEST_CASE("a table that cannot be followed ends it") {
    CHECK(topmost({}) == 0);
    CHECK(topmost({{100, {100, 9, 7, "git"}}}) == 100);
    CHECK(topmost({{100, {55, 9, 7, "hf-ssh"}}}) == 0);
}

}  // namespace
}  // namespace hfssh::reuse

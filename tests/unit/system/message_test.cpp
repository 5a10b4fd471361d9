#include "hfssh/system/message.hpp"

#include <doctest/doctest.h>

#include <signal.h>

#include <chrono>
#include <string>
#include <vector>

#include "hfssh/system/files.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/process.hpp"

using namespace hfssh;

TEST_CASE("a word of a command, for a person") {
    struct Row {
        std::string word;
        std::string shown;
    };
    for (const Row& row : std::vector<Row>{
             {"", "''"},
             {"~/plain", "'~/plain'"},
             {"id_ed25519", "id_ed25519"},
             {"it's", "'it'\\''s'"},
             {"h\xC3\xA9", "'h\xC3\xA9'"},
             {"evil\x1b]0;x\x07", "\"$(printf 'evil\\033]0;x\\007')\""},
             {"a\nb'c\\d", "\"$(printf 'a\\012b\\047c\\134d')\""},
             {"latin-1 \xE9"
              "1",
              "\"$(printf 'latin-1 \\3511')\""},
             {"\xE2\x80\xAEmoc", "\"$(printf '\\342\\200\\256moc')\""},
             {"\xE2\x80\x8Fmoc", "\"$(printf '\\342\\200\\217moc')\""},
             {"\xD8\x9Cmoc", "\"$(printf '\\330\\234moc')\""},
             {"\xD8\x9D", "'\xD8\x9D'"},
         }) {
        CHECK(system::shell_word(row.word) == row.shown);
        CHECK(system::printable(row.shown) == row.shown);
    }
}

TEST_CASE("a shell reads back what a person pastes") {
    for (const std::string& word :
         {std::string("-x\x1b"), std::string("100%\x1b!"), std::string("a';exit 3;#\xE2\x80\xAE/x"),
          std::string("evil\x1b]0;x\x07"),
          std::string("\xE9"
                      "1 '\\n\\"),
          std::string("tab\there\nand a line")}) {
        system::Capture capture({"/bin/sh", {"sh", "-c", "printf %s " + system::shell_word(word)}},
                                system::Capture::Errors::discard);
        const auto answer =
            capture.wait(std::chrono::steady_clock::now() + std::chrono::seconds(30));
        CHECK(answer.output == word);
    }
}

TEST_CASE("a path of a command, for a person") {
    const std::string home = system::home();
    REQUIRE(home.size() > 1);
    CHECK(system::shell_path(home + "/.ssh/id") == "~/.ssh/id");
    CHECK(system::shell_path(home + "/a b") == "\"$HOME/a b\"");
    CHECK(system::shell_path(home + "/a$b") == "\"$HOME\"/'a$b'");
    CHECK(system::shell_path(home + "x/a b") == "'" + home + "x/a b'");
    CHECK(system::shell_path("/x\x1b") == "\"$(printf '/x\\033')\"");
}

TEST_CASE("lines of another program") {
    CHECK(system::printable_lines(" one\r\n\n\ttwo\x1b[2J\n") == "one\ntwo\\x1b[2J");
    CHECK(system::printable_lines("").empty());
}

TEST_CASE("a program is not waited for that a child has left behind") {
    const auto begin = std::chrono::steady_clock::now();
    const std::string bash = system::find_program("bash");
    system::Capture capture({bash, {"bash", "-c", "sleep 20 & echo $!; exit 3"}});
    const auto result = capture.wait(begin + std::chrono::seconds(15));
    CHECK(result.end == system::Capture::Result::End::exited);
    CHECK(result.status == 3);
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(10));
    REQUIRE(!result.output.empty());
    ::kill(std::stoi(result.output), SIGKILL);
}

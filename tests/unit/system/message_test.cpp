#include "hfssh/system/message.hpp"

#include <doctest/doctest.h>

#include <signal.h>

#include <algorithm>
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
             {"a\xE2\x80\x8B/b", "\"$(printf 'a\\342\\200\\213/b')\""},
         }) {
        CHECK(system::shell_word(row.word) == row.shown);
        CHECK(system::printable(row.shown) == row.shown);
    }
}

TEST_CASE("what nobody sees is shown by its bytes") {
    for (const char* hidden :
         {"\xC2\xAD",     "\xCD\x8F",     "\xD8\x9C",     "\xE1\x85\x9F",     "\xE2\x80\x8B",
          "\xE2\x80\x8C", "\xE2\x80\x8D", "\xE2\x80\x8E", "\xE2\x80\x8F",     "\xE2\x80\xA8",
          "\xE2\x80\xAE", "\xE2\x81\xA0", "\xE2\x81\xA4", "\xE2\x81\xA9",     "\xE2\x81\xAF",
          "\xE3\x85\xA4", "\xEF\xBB\xBF", "\xEF\xBF\xB9", "\xF3\xA0\x80\x81", "\xF3\xA0\x81\xBF",
          "\xC2\x85",     "\xC0\x80",     "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82",
          "\x80",         "\xFF"}) {
        const std::string shown = system::printable(std::string("a") + hidden + "b");
        CAPTURE(shown);
        CHECK(shown.starts_with("a\\x"));
        CHECK(shown.ends_with("b"));
        CHECK(std::ranges::all_of(shown, [](char c) { return c > 0x20 && c < 0x7f; }));
    }
    for (const char* seen : {"\xC2\xA0", "\xC3\xA9", "\xE2\x80\xA6", "\xE2\x80\x90", "\xE2\x9D\xA4",
                             "\xEF\xB8\x8F", "\xEF\xBF\xBD", "\xF0\x9F\xA4\x97"}) {
        CHECK(system::printable(seen) == seen);
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

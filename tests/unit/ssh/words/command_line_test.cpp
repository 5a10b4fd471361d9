#include "hfssh/ssh/words/command_line.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace hfssh::ssh;
using Words = std::vector<std::string>;

namespace {

CommandLine read(const Words& words, TagFlag tag_flag = TagFlag::plain) {
    const Reading reading = read_command_line(words, tag_flag);
    REQUIRE(std::holds_alternative<CommandLine>(reading));
    return std::get<CommandLine>(reading);
}

Unreadable problem(const Words& words, TagFlag tag_flag = TagFlag::plain) {
    const Reading reading = read_command_line(words, tag_flag);
    REQUIRE(std::holds_alternative<Unreadable>(reading));
    return std::get<Unreadable>(reading);
}

}  // namespace

TEST_CASE("command line: what git and its neighbours pass") {
    SUBCASE("git") {
        const CommandLine line = read({"-o", "SendEnv=GIT_PROTOCOL", "-4", "-p", "2222",
                                       "git@hf.co", "git-upload-pack 'user/model'"});
        CHECK(line.destination->host == "hf.co");
        CHECK(line.user() == "git");
        CHECK(line.port() == 2222);
        CHECK(line.option("sendenv") == "GIT_PROTOCOL");
        CHECK(line.has('4'));
        CHECK(line.command == Words{"git-upload-pack 'user/model'"});
    }
    SUBCASE("git's probe") {
        CHECK(read({"-G", "git@hf.co"}).has('G'));
    }
    SUBCASE("git-lfs glues, sends words, and ends the flags") {
        const CommandLine line = read({"-oControlMaster=auto", "-p22", "--", "git@hf.co",
                                       "git-lfs-authenticate", "user/model", "download"});
        CHECK(line.option("ControlMaster") == "auto");
        CHECK(line.command == Words{"git-lfs-authenticate", "user/model", "download"});
    }
    SUBCASE("dulwich writes the option with a blank") {
        CHECK(read({"-x", "-o", "SetEnv GIT_PROTOCOL=version=2", "hf.co"}).option("SetEnv") ==
              "GIT_PROTOCOL=version=2");
    }
}

TEST_CASE("command line: flags") {
    SUBCASE("clustered, the last with a value, glued or separate") {
        const CommandLine glued = read({"-4vvTp22", "h"});
        CHECK(glued == read({"-4vvTp", "22", "h"}));
        CHECK(glued.count('v') == 2);
        CHECK(glued.first('p') == "22");
        CHECK(glued.flags.size() == 5);
    }
    SUBCASE("a value may look like a flag, or be empty") {
        const CommandLine line = read({"-i", "-v", "-l", "", "h"});
        CHECK(line.first('i') == "-v");
        CHECK(line.first('l') == "");
        CHECK_FALSE(line.has('v'));
    }
    SUBCASE("first and last of several") {
        const CommandLine line = read({"-i", "a", "h", "-ib", "-i", "c"});
        CHECK(line.first('i') == "a");
        CHECK(line.last('i') == "c");
        CHECK_FALSE(line.first('F').has_value());
    }
    SUBCASE("behind the destination") {
        const CommandLine line = read({"-v", "h", "-p", "1", "-T", "command", "-4"});
        CHECK(line.port() == 1);
        CHECK(line.flags_before == 1);
        CHECK(line.command == Words{"command", "-4"});
    }
    SUBCASE("'--' before the destination ends them for good") {
        CHECK(read({"-v", "--", "h", "-p", "1"}).command == Words{"-p", "1"});
    }
    SUBCASE("'--' behind the destination ends them there") {
        CHECK(read({"h", "-v", "--", "-p", "1"}).command == Words{"-p", "1"});
        CHECK(read({"h", "--", "--"}).command == Words{"--"});
    }
    SUBCASE("a value '--' just before the destination ends them too") {
        CHECK(read({"-S", "--", "h", "-p", "1"}).command == Words{"-p", "1"});
        CHECK(read({"-S", "--", "-v", "h", "-p", "1"}).port() == 1);
    }
    SUBCASE("'-' is no flag") {
        CHECK(read({"h", "-", "-v"}).command == Words{"-", "-v"});
    }
    SUBCASE("a cluster that ends in '-' begins the command, its flags count") {
        const CommandLine line = read({"h", "-4-", "x"});
        CHECK(line.has('4'));
        CHECK(line.command == Words{"-4-", "x"});
    }
}

TEST_CASE("command line: what is not ours to judge") {
    SUBCASE("no destination is readable") {
        CHECK_FALSE(read({}).destination.has_value());
        CHECK(read({"-V"}).has('V'));
        CHECK_FALSE(read({"-v", "--"}).destination.has_value());
    }
    SUBCASE("an unknown flag") {
        for (const char* word : {"-z", "-4z", "--help", "-:", "-4-4", "-?", "-\xc3\xa9"}) {
            CAPTURE(word);
            CHECK(problem({word, "h"}) == Unreadable::unknown_flag);
            CHECK(problem({"h", word}) == Unreadable::unknown_flag);
        }
    }
    SUBCASE("a value is missing") {
        CHECK(problem({"-p"}) == Unreadable::missing_value);
        CHECK(problem({"h", "-vo"}) == Unreadable::missing_value);
    }
    SUBCASE("a host that begins with '-'") {
        CHECK(problem({"git@-oProxyCommand=touch x"}) == Unreadable::leading_dash_host);
        CHECK(problem({"--", "-oProxyCommand=touch x"}) == Unreadable::leading_dash_host);
        CHECK(problem({"-"}) == Unreadable::leading_dash_host);
        CHECK(problem({"-4-"}) == Unreadable::leading_dash_host);
        CHECK(problem({"ssh://-x"}) == Unreadable::bad_destination);
    }
    SUBCASE("a bad destination") {
        CHECK(problem({"-v", "git@"}) == Unreadable::bad_destination);
    }
}

TEST_CASE("command line: user and port are the first typed") {
    struct Row {
        Words words;
        std::optional<std::string> user;
        std::optional<int> port;
    };
    const std::vector<Row> rows = {
        {{"h"}, {}, {}},
        {{"-l", "a", "b@h", "-l", "c"}, "a", {}},
        {{"b@h", "-l", "a"}, "b", {}},
        {{"-oUser=a", "-l", "b", "c@h"}, "a", {}},
        {{"-l", "b", "-oUser=a", "h"}, "b", {}},
        {{"h", "-o", "user a"}, "a", {}},
        {{"-l", "", "b@h"}, "", {}},
        {{"-p", "1", "-p", "2", "h"}, {}, 1},
        {{"-oPort=3", "-p2", "ssh://h:4"}, {}, 3},
        {{"ssh://h:4", "-p2"}, {}, 4},
        {{"ssh://a@h", "-p2"}, "a", 2},
        {{"-p", "0", "-p", "2", "h"}, {}, {}},
        {{"-p", "x y", "h"}, {}, {}},
    };
    for (const Row& row : rows) {
        const CommandLine line = read(row.words);
        std::string text;
        for (const std::string& word : row.words)
            text += word + "|";
        CAPTURE(text);
        CHECK(line.user() == row.user);
        CHECK(line.port() == row.port);
    }
}

TEST_CASE("command line: control characters before the command") {
    CHECK(read({"g\nproxycommand x@h"}).has_control_character());
    CHECK(read({"ssh://git%0aproxycommand%20x@h"}).has_control_character());
    CHECK(read({"-o", "SetEnv=A=\x1b", "h"}).has_control_character());
    CHECK(read({"h", "-l", "a\x7f"}).has_control_character());
    CHECK_FALSE(read({"-p", "22", "git@h", "a\nb"}).has_control_character());
}

TEST_CASE("option text") {
    struct Row {
        const char* text;
        const char* keyword;
        const char* value;
        const char* raw;
    };
    const std::vector<Row> rows = {
        {"User=a", "user", "a", "a"},
        {"USER a", "user", "a", "a"},
        {" \tUser \t = \t a ", "user", "a", "a"},
        {"=User a", "user", "a", "a"},
        {"User==a", "user", "=a", "=a"},
        {"User=a=b", "user", "a=b", "a=b"},
        {"User=\"a b\"", "user", "a b", "\"a b\""},
        {"User='a \"b'", "user", "a \"b", "'a \"b'"},
        {"User=a\"b c\"d", "user", "ab cd", "a\"b c\"d"},
        {"User=a\\ b\\\\c\\x", "user", "a b\\c\\x", "a\\ b\\\\c\\x"},
        {"User=a#b # c", "user", "a#b", "a#b # c"},
        {"User=# c", "user", "", "# c"},
        {"User=\"\"", "user", "", "\"\""},
        {"\"User\" a", "user", "a", "a"},
        {"\"User\"=a", "user", "=a", "=a"},
        {"Us\"er\" a", "user", "a", "a"},
        {"ProxyCommand=nc -x 'a b' %h", "proxycommand", "nc", "nc -x 'a b' %h"},
        {"IdentityFile2=k", "identityfile", "k", "k"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const auto option = read_option(row.text);
        REQUIRE(option.has_value());
        CHECK(option->keyword == row.keyword);
        CHECK(option->value == row.value);
        CHECK(option->raw == row.raw);
    }
    for (const char* text : {"", " ", "User", "User=", "User \f", "# User=a", "#User=a",
                             "==", "User=\"a", "User='a\"", "User=a \"b", "\"User a", "Us\"er a"}) {
        CAPTURE(text);
        CHECK_FALSE(read_option(text).has_value());
    }
}

TEST_CASE("-P, a plain flag before OpenSSH 9.4, then with a tag") {
    const auto both_ways = [](const Words& words) {
        return ambiguous(read_command_line(words, TagFlag::plain),
                         read_command_line(words, TagFlag::takes_value));
    };
    SUBCASE("each reading") {
        CHECK(read({"-P", "work", "git@hf.co"}).destination->host == "work");
        const CommandLine tagged = read({"-P", "work", "git@hf.co"}, TagFlag::takes_value);
        CHECK(tagged.destination->host == "hf.co");
        CHECK(tagged.first('P') == "work");
        CHECK(problem({"hf.co", "-P"}, TagFlag::takes_value) == Unreadable::missing_value);
    }
    SUBCASE("ambiguous") {
        CHECK(both_ways({"-P", "work", "hf.co"}));
        CHECK(both_ways({"-P", "hf.co", "hf.co"}));  // not the same command
        CHECK(both_ways({"-P", "hf.co"}));           // the tagged one leads nowhere
        CHECK(both_ways({"hf.co", "-P"}));
        CHECK(both_ways({"-Pp22", "hf.co"}));
        CHECK(both_ways({"-Plroot", "hf.co"}));
        CHECK(both_ways({"-Pzz", "hf.co"}));
        CHECK(both_ways({"-Pv", "hf.co"}));
        CHECK(both_ways({"-PV", "hf.co"}));
        CHECK(both_ways({"-PQcipher", "hf.co"}));
        CHECK(both_ways({"-PoHostName=other", "hf.co"}));
    }
    SUBCASE("not ambiguous") {
        CHECK_FALSE(both_ways({"-v", "hf.co", "x"}));
        CHECK_FALSE(both_ways({"-P", "-P", "-v", "hf.co", "-T"}));
        CHECK_FALSE(both_ways({"--", "hf.co", "-P", "x"}));
        CHECK_FALSE(both_ways({"-z", "-P", "hf.co"}));
        CHECK_FALSE(both_ways({"-P"}));
    }
}

#include "hfssh/manage/command/options.hpp"

#include <doctest/doctest.h>

using namespace hfssh::manage;
using Kind = Declared::Kind;

TEST_CASE("command line: what is wrong with a command line, and what was probably meant") {
    const std::vector<Declared> declared = {
        {Kind::word, {}, "IDENTITY", "a key's file,\nor its fingerprint", true},
        {Kind::option, "--for", "PATTERN", "for which"},
        {Kind::option, "--comment", "TEXT", "a comment", false, false, "-C"},
        {Kind::flag, "--offline", {}, "connect nowhere"},
        {Kind::flag, "--json", {}, "for a program"},
    };
    struct Row {
        std::vector<std::string> words;
        std::string message;
        std::string hint;
    };
    const std::vector<Row> rows = {
        {{"x"}, "", ""},
        {{"x", "--for", "acme", "--json", "--json"}, "", ""},
        {{"--for=acme", "--", "--offlin"}, "", ""},
        {{"x", "--for", "-"}, "", ""},
        {{"x", "-C", "a b"}, "", ""},
        {{"--offlin"}, "unknown option: --offlin; did you mean --offline?", ""},
        {{"-json"}, "unknown option: -json; did you mean --json?", ""},
        {{"--jsno=1"}, "unknown option: --jsno; did you mean --json?", ""},
        {{"--hlep"}, "unknown option: --hlep; did you mean --help?", ""},
        {{"--"}, "missing IDENTITY: a key's file, or its fingerprint", ""},
        {{"--banana"}, "unknown option: --banana", ""},
        {{"---"}, "unknown option: ---", ""},
        {{"-\x1b"}, "unknown option: -\\x1b", ""},
        {{"x", "--for"}, "--for needs a value: PATTERN", ""},
        {{"x", "--for", "--json"}, "--for needs a value: PATTERN", ""},
        {{"x", "--for", "a", "--for=b"}, "--for given more than once", ""},
        {{"x", "-C"}, "--comment needs a value: TEXT", ""},
        {{"x", "-C", "a", "--comment", "b"}, "--comment given more than once", ""},
        {{"x", "--json=1"}, "--json takes no value", ""},
        {{"x", "y\nz"}, "unexpected argument: y\\x0az", ""},
        {{"--json"}, "missing IDENTITY: a key's file, or its fingerprint", ""},
        {{}, "missing IDENTITY: a key's file, or its fingerprint", ""},
    };
    for (const Row& row : rows) {
        CAPTURE(row.message);
        const UsageError found = read_command_line(declared, row.words).error;
        CHECK(found.message == row.message);
        CHECK(found.hint == row.hint);
    }
    CHECK(read_command_line({}, {"word"}).error.message == "unexpected argument: word");
    const std::vector<Declared> words = {{Kind::word, {}, "KEY", "a key", true, true}};
    CHECK(read_command_line(words, {"a", "b"}).error.message.empty());
}

TEST_CASE("command line: short options") {
    const std::vector<Declared> declared = {
        {Kind::flag, "--verbose", {}, "more", false, false, "-v"},
        {Kind::flag, "--quiet", {}, "less", false, false, "-q"},
        {Kind::option, "--comment", "TEXT", "a comment", false, false, "-C"},
        {Kind::word, {}, "KEY", "a key"},
    };
    struct Row {
        std::vector<std::string> words;
        std::string given;  // "v q C=text key"
        std::string error;
    };
    for (const Row& row : {
             Row{{"-v"}, "--verbose", ""},
             Row{{"-vq"}, "--verbose --quiet", ""},
             Row{{"-vCa b"}, "--verbose --comment=a b", ""},
             Row{{"-C", "a b", "k"}, "--comment=a b =k", ""},
             Row{{"-C=a"}, "--comment==a", ""},
             Row{{"-Cv"}, "--comment=v", ""},
             Row{{
                     "k",
                     "-v",
                     "--",
                 },
                 "=k --verbose",
                 ""},
             Row{{"--", "-v"}, "=-v", ""},
             Row{{"-"}, "=-", ""},
             Row{{"-vx"}, "--verbose", "unknown option: -x"},
             Row{{"-v", "-C"}, "--verbose", "--comment needs a value: TEXT"},
             Row{{"-C", "-v"}, "--verbose", "--comment needs a value: TEXT"},
         }) {
        CAPTURE(row.given);
        const CommandLine line = read_command_line(declared, row.words);
        std::string given;
        for (const auto& one : line.given) {
            given += (given.empty() ? "" : " ") + one.declared->name;
            if (one.declared->kind != Kind::flag) given += "=" + one.value;
        }
        CHECK(given == row.given);
        CHECK(line.error.message == row.error);
        CHECK_FALSE(line.help);
    }
    CHECK(read_command_line(declared, {"-vh"}).help);
    CHECK(read_command_line(declared, {"--nonsense", "-h"}).help);
    CHECK_FALSE(read_command_line(declared, {"--", "-h"}).help);
}

TEST_CASE("options: what a command line can have") {
    Options options("verb", "what it does");
    const bool& all = options.flag("--all", "every");
    const auto& pattern = options.option("--for", "PATTERN", "for which");

    SUBCASE("a flag, an option, and the word, in any order") {
        const auto& word = options.argument("WORD", "the word");
        CHECK_FALSE(options.read({"--for", "acme", "x y", "--all"}));
        CHECK(all);
        CHECK(pattern == "acme");
        CHECK(word == "x y");
    }
    SUBCASE("a value after an equals sign, a word after --") {
        const auto& word = options.argument("WORD", "the word");
        CHECK_FALSE(options.read({"--for=acme", "--", "--all"}));
        CHECK_FALSE(all);
        CHECK(word == "--all");
    }
    SUBCASE("-h wins") {
        (void)options.argument("WORD", "the word");
        CHECK(options.read({"-h"}));
        CHECK(options.usage().find("[--all] [--for PATTERN] [WORD]") != std::string::npos);
    }
    SUBCASE("what does not fit") {
        (void)options.argument("WORD", "the word");
        CHECK_THROWS_AS((void)options.read({"a", "b"}), UsageError);
        CHECK_THROWS_AS((void)options.read({"a", "--for"}), UsageError);
        CHECK_THROWS_AS((void)options.read({"a", "--nonsense"}), UsageError);
        CHECK_THROWS_AS((void)options.read({"a", "-x"}), UsageError);
        CHECK_THROWS_AS((void)options.read({"a", "--all=perhaps"}), UsageError);
    }
    SUBCASE("a word that may be left out") {
        const auto& word = options.argument("WORD", "the word");
        CHECK_FALSE(options.read({}));
        CHECK_FALSE(word);
    }
    SUBCASE("words, one at least") {
        const auto& words = options.arguments("WORD", true, "the words");
        CHECK_THROWS_AS((void)options.read({"--all"}), UsageError);
        CHECK_FALSE(options.read({"a", "--all", "b"}));
        CHECK(words == std::vector<std::string>{"a", "b"});
        CHECK(options.usage().find("[--all] [--for PATTERN] WORD...") != std::string::npos);
    }
}

TEST_CASE("suggestion: the verb that was probably meant") {
    const std::vector<std::string_view> verbs = {"explain", "whoami", "keys", "use", "forget"};
    struct Row {
        std::string word;
        std::string meant;  // empty: none
    };
    const std::vector<Row> rows = {
        {"explian", "explain"},
        {"exp", "explain"},
        {"Explain", "explain"},
        {"who", "whoami"},
        {"whoam", "whoami"},
        {"whomai", "whoami"},
        {"key", "keys"},
        {"kyes", "keys"},
        {"forgot", "forget"},
        {"usr", "use"},
        {"us", "use"},
        {"fogret", "forget"},
        {"k", ""},
        {"", ""},
        {"banana", ""},
        {"--all", ""},
        {std::string(5000, 'k'), ""},
    };
    for (const Row& row : rows) {
        CAPTURE(row.word);
        CHECK(nearest(row.word, verbs).value_or("") == row.meant);
    }
    CHECK_FALSE(nearest("keys", {}));
}

#include "manage/command/complaint.hpp"

#include <doctest/doctest.h>

using namespace hfssh::manage;
using Kind = Declared::Kind;

TEST_CASE("complaint: what is wrong with a command line, and what was probably meant") {
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
        {{"--offlin"}, "there is no option --offlin", "did you mean: --offline"},
        {{"-json"}, "there is no option -json", "did you mean: --json"},
        {{"--jsno=1"}, "there is no option --jsno", "did you mean: --json"},
        {{"--hlep"}, "there is no option --hlep", "did you mean: --help"},
        {{"--"}, "IDENTITY is missing: a key's file, or its fingerprint", ""},
        {{"--banana"}, "there is no option --banana", ""},
        {{"---"}, "there is no option ---", ""},
        {{"-\x1b"}, "there is no option -\\x1b", ""},
        {{"x", "--for"}, "--for needs a value: PATTERN", ""},
        {{"x", "--for", "--json"}, "--for needs a value: PATTERN", ""},
        {{"x", "--for", "a", "--for=b"}, "--for is there twice", ""},
        {{"x", "-C"}, "--comment needs a value: TEXT", ""},
        {{"x", "-C", "a", "--comment", "b"}, "--comment is there twice", ""},
        {{"x", "--json=1"}, "--json takes no value", ""},
        {{"x", "y\nz"}, "'y\\x0az' is one word too many", ""},
        {{"--json"}, "IDENTITY is missing: a key's file, or its fingerprint", ""},
        {{}, "IDENTITY is missing: a key's file, or its fingerprint", ""},
    };
    for (const Row& row : rows) {
        CAPTURE(row.message);
        const UsageError found = complaint(declared, row.words);
        CHECK(found.message == row.message);
        CHECK(found.hint == row.hint);
    }
    CHECK(complaint({}, {"word"}).message == "'word' is one word too many");
    CHECK(complaint({{Kind::word, {}, "KEY", "a key", true, true}}, {"a", "b"}).message.empty());
}

TEST_CASE("complaint: the parser finds nothing that it does not") {
    bool json = false;
    std::optional<std::string> pattern;
    std::optional<std::string> word;
    for (const std::vector<std::string>& words :
         std::vector<std::vector<std::string>>{{"--nonsense"},
                                               {"-x"},
                                               {"x", "y"},
                                               {"--for"},
                                               {"--for", "a", "--for", "b"},
                                               {"--json=1"},
                                               {"--json=false"},
                                               {},
                                               {"x", "--for", "--json"},
                                               {"x", "-"}}) {
        Options options("verb", "what it does");
        options.argument("IDENTITY", word, true, "a key");
        options.option("--for", "PATTERN", pattern, "for which");
        options.flag("--json", json, "for a program");
        CAPTURE(words.size());
        CHECK_FALSE(complaint(options.declared(), words).message.empty());
        CHECK_THROWS_AS((void)options.read(words), UsageError);
    }
}

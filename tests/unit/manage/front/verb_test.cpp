#include "hfssh/manage/command/verb.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "hfssh/system/text.hpp"

using namespace hfssh::manage;

TEST_CASE("verb: the table") {
    std::set<std::string_view> names;
    for (const Verb& verb : verbs()) {
        CAPTURE(verb.name);
        CHECK(names.insert(verb.name).second);
        CHECK(verb.name.size() <= 16);
        CHECK_FALSE(verb.summary.empty());
        CHECK_FALSE(verb.summary.ends_with('.'));
        Options options(std::string(verb.name), std::string(verb.summary));
        CHECK(verb.prepare(options) != nullptr);
        SUBCASE("its usage fits a terminal and names it") {
            const std::string text = options.usage();
            CHECK(text.starts_with("usage: git hf-ssh " + std::string(verb.name)));
            CHECK(text.find(verb.summary) != std::string::npos);
            CHECK(std::ranges::count(text, '\n') < 24);
            for (const std::string_view line : hfssh::system::lines(text)) {
                CAPTURE(line);
                CHECK(line.size() <= 80);
            }
        }
        CHECK(usage().find("    " + std::string(verb.name) + " ") != std::string::npos);
    }
    const std::string all = usage();
    CHECK(std::ranges::count(all, '\n') < 24);
    for (const std::string_view line : hfssh::system::lines(all))
        CHECK(line.size() <= 80);
}

TEST_CASE("options: what a command line can have") {
    bool all = false;
    std::optional<std::string> pattern;
    std::optional<std::string> word;
    Options options("verb", "what it does");
    options.flag("--all", all, "every");
    options.option("--for", "PATTERN", pattern, "for which");

    SUBCASE("a flag, an option, and the word, in any order") {
        options.argument("WORD", word, true, "the word");
        CHECK_FALSE(options.read({"--for", "acme", "x y", "--all"}));
        CHECK(all);
        CHECK(pattern == "acme");
        CHECK(word == "x y");
    }
    SUBCASE("a value behind an equals sign, a word behind --") {
        options.argument("WORD", word, true, "the word");
        CHECK_FALSE(options.read({"--for=acme", "--", "--all"}));
        CHECK_FALSE(all);
        CHECK(word == "--all");
    }
    SUBCASE("-h wins") {
        options.argument("WORD", word, true, "the word");
        CHECK(options.read({"-h"}));
        CHECK(options.usage().find("[--all] [--for PATTERN] WORD") != std::string::npos);
    }
    SUBCASE("what does not fit") {
        options.argument("WORD", word, true, "the word");
        CHECK_THROWS_AS((void)options.read({}), UsageError);
        CHECK_THROWS_AS((void)options.read({"a", "b"}), UsageError);
        CHECK_THROWS_AS((void)options.read({"a", "--for"}), UsageError);
        CHECK_THROWS_AS((void)options.read({"a", "--nonsense"}), UsageError);
        CHECK_THROWS_AS((void)options.read({"a", "-x"}), UsageError);
        CHECK_THROWS_AS((void)options.read({"a", "--all=perhaps"}), UsageError);
    }
    SUBCASE("a word that may be left out") {
        options.argument("WORD", word, false, "the word");
        CHECK_FALSE(options.read({}));
        CHECK_FALSE(word);
    }
}

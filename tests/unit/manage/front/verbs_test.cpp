#include "manage/front/verbs.hpp"

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
            CHECK(std::ranges::count(text, '\n') <= 24);
            for (const std::string_view line : hfssh::system::lines(text)) {
                CAPTURE(line);
                CHECK(line.size() <= 80);
            }
        }
        CHECK((usage().find("    " + std::string(verb.name) + " ") == std::string::npos) ==
              verb.summary.starts_with("same as "));
    }
    const std::string all = usage();
    CHECK(std::ranges::count(all, '\n') <= 24);
    for (const std::string_view line : hfssh::system::lines(all))
        CHECK(line.size() <= 80);
}

TEST_CASE("misspelling: every verb is found behind a slip of the fingers") {
    for (const Verb& verb : verbs()) {
        CAPTURE(verb.name);
        std::string first(verb.name.substr(0, verb.name.find(' ')));
        std::vector<std::string> words = {first};
        if (first.size() < verb.name.size()) words.emplace_back(verb.name.substr(first.size() + 1));
        std::string& last = words.back();
        std::swap(last[last.size() - 1], last[last.size() - 2]);
        const std::string wanted = "did you mean: git hf-ssh " + std::string(verb.name);
        if (words.size() == 2) {
            if (const Verb* known = find_verb({first})) {
                CHECK(misspelt_second_word(*known, {words[1]}) == wanted);
            } else {
                CHECK(unknown_verb(words).hint == wanted);
            }
            // Written as one word.
            std::string joined(verb.name);
            joined[joined.find(' ')] = '-';
            CHECK(unknown_verb({joined}).hint == wanted);
        } else {
            CHECK(unknown_verb(words).hint == wanted);
        }
    }
}

TEST_CASE("misspelling: what is like nothing") {
    CHECK(unknown_verb({"banana"}).hint.empty());
    CHECK(unknown_verb({""}).hint.empty());
    CHECK(unknown_verb({"\x1b[2J"}).message == "'\\x1b[2J' is not a command of git hf-ssh");
    CHECK(unknown_verb({"--all"}).hint.empty());
    for (const Verb& verb : verbs()) {
        CHECK(misspelt_second_word(verb, {}).empty());
        CHECK(misspelt_second_word(verb, {"--json"}).empty());
        CHECK(misspelt_second_word(verb, {"banana"}).empty());
    }
}

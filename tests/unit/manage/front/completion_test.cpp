#include "manage/front/completion.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "hfssh/system/text.hpp"
#include "manage/front/verbs.hpp"

using namespace hfssh::manage;
namespace text = hfssh::system;

namespace {

std::vector<std::string> words_at(const std::vector<std::string>& words) {
    std::vector<std::string> found;
    for (const Offer& offer : position_of(words).words)
        found.push_back(offer.word);
    return found;
}

bool has(const std::vector<std::string>& list, const std::string& word) {
    return std::ranges::find(list, word) != list.end();
}

}  // namespace

TEST_CASE("completion: every value of every verb has a source, or is free text by intention") {
    for (const Verb& verb : verbs()) {
        Options options(std::string(verb.name), std::string(verb.summary));
        (void)verb.prepare(options);
        for (const Declared& one : options.declared()) {
            if (one.kind == Declared::Kind::flag) continue;
            for (const std::string_view what : text::split(one.what, '|')) {
                CAPTURE(verb.name);
                CAPTURE(what);
                CHECK(is_known_value(what));
            }
        }
    }
    CHECK_FALSE(is_known_value("NONSENSE"));
    CHECK_FALSE(is_known_value(""));
}

TEST_CASE("completion: every verb and every option is offered") {
    for (const Verb& verb : verbs()) {
        CAPTURE(verb.name);
        CHECK(verb.name != completion_verb);
        std::vector<std::string> words;
        for (const std::string_view name : text::words(verb.name)) {
            words.emplace_back();
            CHECK(has(words_at(words), std::string(name)));
            words.back() = name;
        }
        words.emplace_back("-");
        Options options(std::string(verb.name), std::string(verb.summary));
        (void)verb.prepare(options);
        CHECK(has(words_at(words), "--json"));
        for (const Declared& one : options.declared()) {
            if (!one.name.empty()) CHECK(has(words_at(words), one.name));
        }
    }
}

TEST_CASE("completion: where a word stands") {
    SUBCASE("the value of an option, in a word of its own and in the same one") {
        Position position = position_of({"use", "x", "--for", "ac"});
        CHECK(position.what == "PATTERN");
        CHECK(position.typed == "ac");
        position = position_of({"use", "--for=ac"});
        CHECK(position.what == "PATTERN");
        CHECK(position.prefix == "--for=");
        CHECK(position.typed == "ac");
        CHECK(position_of({"use", "--json=ac"}).what.empty());
        CHECK(position_of({"use", "--nonsense=ac"}).what.empty());
    }
    SUBCASE("a word, until there are enough") {
        CHECK(position_of({"use", ""}).what == "IDENTITY");
        CHECK(position_of({"use", "--for", "acme", ""}).what == "IDENTITY");
        CHECK(position_of({"use", "x", ""}).what.empty());
        CHECK(has(words_at({"use", "x", ""}), "--for"));
        CHECK(position_of({"use", "--", "-"}).what == "IDENTITY");
        CHECK(words_at({"use", "--", "x", "-"}).empty());
    }
    SUBCASE("help is followed by a command") {
        CHECK(has(words_at({"help", "ke"}), "keys"));
        CHECK(has(words_at({"help", "keys", ""}), "check"));
        CHECK(words_at({"help", "keys", "check", ""}).empty());
        CHECK(has(words_at({"help", "-"}), "--json"));
    }
    SUBCASE("nothing to say") {
        CHECK(words_at({}).empty());
        CHECK(words_at({"nonsense", ""}).empty());
        CHECK(words_at({"-h", ""}).empty());
    }
}

#include "misspelling.hpp"

#include "hfssh/manage/command/suggestion.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::manage {
namespace {

std::string meant(std::string_view name) {
    return "did you mean: git hf-ssh " + std::string(name);
}

// "check" of "keys check"; empty for a verb of one word.
std::string_view second_word(const Verb& verb) {
    const auto blank = verb.name.find(' ');
    return blank == std::string_view::npos ? std::string_view() : verb.name.substr(blank + 1);
}

bool is_word(const std::vector<std::string>& words, std::size_t index) {
    return index < words.size() && !words[index].empty() && !words[index].starts_with('-');
}

std::vector<std::string_view> names() {
    std::vector<std::string_view> list;
    for (const Verb& verb : verbs())
        list.push_back(verb.name);
    return list;
}

std::string hint_for(const std::vector<std::string>& words) {
    std::string hint;
    for (const Verb& verb : verbs()) {
        if (second_word(verb) == words.front() && is_word(words, 0))
            hint += (hint.empty() ? "" : "\n") + meant(verb.name);
    }
    if (!hint.empty()) return hint;
    if (is_word(words, 1)) {
        if (const auto name = nearest(words[0] + " " + words[1], names())) return meant(*name);
    }
    if (const auto name = nearest(words.front(), names())) return meant(*name);
    return {};
}

}  // namespace

UsageError unknown_verb(const std::vector<std::string>& words) {
    std::string hint;
    // A first word that only verbs of two words have.
    for (const Verb& verb : verbs()) {
        if (!verb.name.starts_with(words.front() + " ")) continue;
        hint += (hint.empty() ? "" : "\n") + ("git hf-ssh " + std::string(verb.name));
    }
    if (!hint.empty() && !is_word(words, 1)) {
        return {"of git hf-ssh " + system::printable(words.front()) + " a second word is missing",
                hint};
    }
    return {"'" + system::printable(words.front()) + "' is not one of the commands of git hf-ssh",
            hint_for(words)};
}

std::string misspelt_second_word(const Verb& verb, const std::vector<std::string>& words) {
    if (!is_word(words, 0)) return {};
    std::vector<std::string_view> seconds;
    for (const Verb& other : verbs()) {
        if (other.name.starts_with(std::string(verb.name) + " "))
            seconds.push_back(second_word(other));
    }
    const auto second = nearest(words.front(), seconds);
    return second ? meant(std::string(verb.name) + " " + std::string(*second)) : std::string();
}

}  // namespace hfssh::manage

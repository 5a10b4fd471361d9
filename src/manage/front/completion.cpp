#include "completion.hpp"

#include <algorithm>

#include "completion_values.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"
#include "verbs.hpp"

namespace hfssh::manage {
namespace {

using Words = std::vector<std::string>;
using Kind = Declared::Kind;

constexpr std::string_view help_summary = "a short help";
constexpr std::string_view manual_summary = "the manual";

// The first words of the verbs, or the second ones of those that begin with FIRST.
std::vector<Offer> verb_words(std::string_view first) {
    std::vector<Offer> offers;
    for (const Verb& verb : verbs()) {
        const auto names = system::words(verb.name);
        if (first.empty()) {
            const bool again = !offers.empty() && offers.back().word == names[0];
            if (!again) offers.push_back({std::string(names[0]), std::string(verb.summary)});
        } else if (names.size() == 2 && names[0] == first) {
            offers.push_back({std::string(names[1]), std::string(verb.summary)});
        }
    }
    return offers;
}

std::vector<Offer> option_words(const std::vector<Declared>& declared, const CommandLine& line) {
    std::vector<Offer> offers;
    for (const Declared& one : declared) {
        const bool given = std::ranges::any_of(
            line.given, [&](const auto& other) { return other.declared == &one; });
        if (one.kind == Kind::word || given) continue;
        std::string help = one.help;
        std::ranges::replace(help, '\n', ' ');
        offers.push_back({one.name, help});
    }
    offers.push_back({"-h", std::string(help_summary)});
    offers.push_back({"--help", std::string(manual_summary)});
    return offers;
}

// After the words of LINE, WORD is being typed.
Position position_in(const std::vector<Declared>& declared, const CommandLine& line,
                     const std::string& word) {
    if (line.open != nullptr) return {{}, line.open->what, {}, word};
    const auto equals = word.find('=');
    const bool is_option = !line.words_only && word.starts_with('-');
    if (is_option && equals != std::string::npos) {
        const auto known = std::ranges::find(declared, word.substr(0, equals), &Declared::name);
        if (known == declared.end() || known->kind != Kind::option) return {};
        return {{}, known->what, word.substr(0, equals + 1), word.substr(equals + 1)};
    }
    if (is_option) return {option_words(declared, line), {}, {}, word};
    const auto wanted = std::ranges::find(declared, Kind::word, &Declared::kind);
    if (wanted != declared.end() && (wanted->many || line.words == 0))
        return {{}, wanted->what, {}, word};
    return {line.words_only ? std::vector<Offer>() : option_words(declared, line), {}, {}, word};
}

// One word on one line, of which no part is taken for the description.
void print_offer(const std::string& word, const std::string& description) {
    if (system::has_control_character(word)) return;
    print_out(word + "\t" + system::printable(description) + "\n");
}

void print_values(const Position& position) {
    bool files = false;
    bool any = false;
    for (const std::string_view what : system::split(position.what, '|')) {
        const Values values = values_of(what, position.typed);
        files = files || values.files;
        for (const Offer& offer : values.offers) {
            if (!offer.word.starts_with(position.typed)) continue;
            any = true;
            print_offer(position.prefix + offer.word, offer.description);
        }
    }
    if (files && !any) print_out("\tfiles\n");
}

}  // namespace

Position position_of(const Words& words) {
    if (words.empty()) return {};
    const std::string& last = words.back();
    const Words before(words.begin(), words.end() - 1);
    if (before.empty()) {
        if (!last.starts_with('-')) return {verb_words({}), {}, {}, last};
        return {{{"-h", std::string(help_summary)},
                 {"--help", std::string(manual_summary)},
                 {"--version", "the version"}},
                {},
                {},
                last};
    }
    const Verb* verb = find_verb(before);
    if (verb == nullptr) return {verb_words(before.front()), {}, {}, last};
    if (verb->name == "help" && !last.starts_with('-')) {
        if (before.size() > 2) return {};
        return {verb_words(before.size() == 1 ? std::string_view() : before.back()), {}, {}, last};
    }
    const std::size_t used = system::words(verb->name).size();
    Prepared prepared(*verb);
    const auto& declared = prepared.options().declared();
    const auto first = before.begin() + static_cast<std::ptrdiff_t>(used);
    const CommandLine line = read_command_line(declared, {first, before.end()});
    Position position = position_in(declared, line, last);
    if (used == 1 && before.size() == 1 && !last.starts_with('-')) {
        std::vector<Offer> seconds = verb_words(before.front());
        if (!seconds.empty()) position.words = std::move(seconds);
    }
    return position;
}

int offer_completions(const Words& words) {
    if (words.empty() || words.front() != "--") {
        throw UsageError{
            "complete is for the completion of shells: git hf-ssh complete -- WORDS..."};
    }
    try {
        const Position position = position_of({words.begin() + 1, words.end()});
        for (const Offer& offer : position.words) {
            if (offer.word.starts_with(position.typed)) print_offer(offer.word, offer.description);
        }
        if (!position.what.empty()) print_values(position);
    } catch (const system::Failure&) {
        // The user is still typing: an error is reported when the command is run.
    }
    return 0;
}

}  // namespace hfssh::manage

#include "completion.hpp"

#include <algorithm>
#include <set>

#include "completion_values.hpp"
#include "hfssh/manage/command/verb.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"

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

// The words of one verb, up to where something is being typed.
class VerbLine {
  public:
    explicit VerbLine(const Verb& verb) : options_(std::string(verb.name), {}) {
        (void)verb.prepare(options_);
        options_.flag("--json", as_json_, "the same for a program to read");
    }

    void pass(const std::string& word) {
        if (pending_ != nullptr) {
            pending_ = nullptr;
        } else if (behind_ || !word.starts_with('-') || word == "-") {
            ++words_;
        } else if (word == "--") {
            behind_ = true;
        } else {
            const Declared* known = find(word.substr(0, word.find('=')));
            if (known != nullptr) given_.insert(known->name);
            const bool whole = word.find('=') == std::string::npos;
            if (known != nullptr && known->kind == Kind::option && whole) pending_ = known;
        }
    }

    Position at(const std::string& word) const {
        if (pending_ != nullptr) return {{}, pending_->what, {}, word};
        const auto equals = word.find('=');
        if (!behind_ && word.starts_with('-') && equals != std::string::npos) {
            const Declared* known = find(word.substr(0, equals));
            if (known == nullptr || known->kind != Kind::option) return {};
            return {{}, known->what, word.substr(0, equals + 1), word.substr(equals + 1)};
        }
        if (!behind_ && word.starts_with('-')) return {option_words(), {}, {}, word};
        if (const Declared* wanted = next_word()) return {{}, wanted->what, {}, word};
        return {behind_ ? std::vector<Offer>() : option_words(), {}, {}, word};
    }

  private:
    const Declared* find(const std::string& name) const {
        const auto& all = options_.declared();
        const auto found = std::ranges::find_if(
            all, [&](const Declared& one) { return one.name == name || one.brief == name; });
        return found == all.end() ? nullptr : &*found;
    }

    const Declared* next_word() const {
        for (const Declared& one : options_.declared()) {
            if (one.kind == Kind::word && (one.many || words_ == 0)) return &one;
        }
        return nullptr;
    }

    std::vector<Offer> option_words() const {
        std::vector<Offer> offers;
        for (const Declared& one : options_.declared()) {
            if (one.kind == Kind::word || given_.contains(one.name)) continue;
            std::string help = one.help;
            std::ranges::replace(help, '\n', ' ');
            offers.push_back({one.name, help});
        }
        offers.push_back({"-h", std::string(help_summary)});
        offers.push_back({"--help", std::string(manual_summary)});
        return offers;
    }

    Options options_;
    bool as_json_ = false;
    bool behind_ = false;  // "--"
    std::size_t words_ = 0;
    const Declared* pending_ = nullptr;  // the option that waits for its value
    std::set<std::string> given_;
};

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
    const std::size_t used = system::words(verb->name).size();
    VerbLine line(*verb);
    for (std::size_t i = used; i < before.size(); ++i)
        line.pass(before[i]);
    Position position = line.at(last);
    if (used == 1 && before.size() == 1 && !last.starts_with('-')) {
        std::vector<Offer> seconds = verb_words(before.front());
        if (!seconds.empty()) position.words = std::move(seconds);
    }
    return position;
}

int offer_completions(const Words& words) {
    if (words.empty() || words.front() != "--") {
        throw UsageError{"this is for the completion of shells: git hf-ssh complete -- WORDS..."};
    }
    try {
        const Position position = position_of({words.begin() + 1, words.end()});
        for (const Offer& offer : position.words) {
            if (offer.word.starts_with(position.typed)) print_offer(offer.word, offer.description);
        }
        if (!position.what.empty()) print_values(position);
    } catch (const system::Failure&) {
        // Somebody is typing: whatever is wrong is told when the command is run.
    }
    return 0;
}

}  // namespace hfssh::manage

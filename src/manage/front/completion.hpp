#pragma once

#include <string>
#include <string_view>
#include <vector>

// What a shell offers when somebody presses TAB: contrib/completions/ asks the program itself, so
// that nothing is listed twice.
namespace hfssh::manage {

// `git hf-ssh complete -- WORDS`: no verb of the table, since it takes any words at all.
inline constexpr std::string_view completion_verb = "complete";

struct Offer {
    std::string word;
    std::string description;
};

// Where the last of some words stands, which is being typed and may be empty yet.
struct Position {
    std::vector<Offer> words;  // commands or options
    std::string what;          // a value is wanted: "IDENTITY", "NAMESPACE|KEY"; empty: none
    std::string prefix;        // "--for=", which stands before the value in the same word
    std::string typed;         // the value, as far as it is there
};

// WORDS are those behind "git hf-ssh". Pure.
[[nodiscard]] Position position_of(const std::vector<std::string>& words);

// The offers for the end of WORDS, on standard output, a line each: the word, a tab, what it is. A
// line with an empty word, and "files" behind the tab, asks for the shell's own completion of file
// names. Nothing is said on standard error, and nobody is connected to.
// WORDS: "--", then those behind "git hf-ssh". Throws UsageError without the "--".
[[nodiscard]] int offer_completions(const std::vector<std::string>& words);

}  // namespace hfssh::manage

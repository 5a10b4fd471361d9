#pragma once

#include <string>
#include <string_view>
#include <vector>

// What a shell offers when the user presses TAB: contrib/completions/ asks the program itself, so
// that nothing is listed twice.
namespace hfssh::manage {

// `git hf-ssh complete -- WORDS`: no verb of the table, since it takes any words at all.
inline constexpr std::string_view completion_verb = "complete";

struct Offer {
    std::string word;
    std::string description = {};
};

// The place of the last of some words, which is being typed and may still be empty.
struct Position {
    std::vector<Offer> words;  // commands or options
    std::string what;          // a value is wanted: "IDENTITY", "NAMESPACE|KEY"; empty: none
    std::string prefix;        // "--for=", before the value in the same word
    std::string typed;         // the value, as far as it is there
};

// WORDS are those after "git hf-ssh". Pure.
[[nodiscard]] Position position_of(const std::vector<std::string>& words);

// The offers for the end of WORDS, on standard output, a line each: the word, a tab, what it is. A
// line with an empty word, and "files" after the tab, asks for the shell's own completion of file
// names. Nothing is printed on standard error, and nothing is connected to.
// WORDS: "--", then those after "git hf-ssh". Throws UsageError without the "--".
[[nodiscard]] int offer_completions(const std::vector<std::string>& words);

// Possible values: see Declared::what, of which WHAT is one alternative.
struct Values {
    std::vector<Offer> offers;
    bool files = false;  // and any file besides
};

// TYPED decides how paths are written, nothing else: "/home/me/.ssh/id_rsa" or "~/.ssh/id_rsa".
[[nodiscard]] Values values_of(std::string_view what, const std::string& typed);

// Is WHAT one that values_of() knows, or known to be free text? Pure.
[[nodiscard]] bool is_known_value(std::string_view what);

}  // namespace hfssh::manage

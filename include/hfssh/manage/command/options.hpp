#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The manager's command line: one table of what a verb takes, read by one parser. The table also
// drives -h, the suggestions for misspelt options, and the completion of shells.
namespace hfssh::manage {

// A command line that is wrong: exit status 129, as git's.
struct UsageError {
    std::string message;
    std::string hint = {};  // empty: the verb's -h
};

// One thing that a verb takes.
struct Declared {
    enum class Kind { flag, option, word };
    Kind kind = Kind::flag;
    std::string name;  // "--for"; empty for a word
    // The kind of value, which also decides what a shell offers for it (see completion): "PATTERN",
    // "NAMESPACE|KEY". Empty for a flag.
    std::string what;
    std::string help;
    bool required = false;   // a word
    bool many = false;       // words
    std::string brief = {};  // "-C" of "-C,--comment"
};

// The words after a verb, taken apart. Pure. Long options take their value after "=" or as the next
// word (which does not begin with "-", but for "-" alone), short ones in the same word or the next;
// short flags may be joined. Options may follow words; "--" ends them.
struct CommandLine {
    struct Given {
        const Declared* declared;
        std::string value;  // empty for a flag
    };
    std::vector<Given> given;        // in their order; words have a Declared too
    const Declared* open = nullptr;  // the last word was this option, and its value is missing
    bool words_only = false;         // after "--"
    std::size_t words = 0;
    bool help = false;  // -h: nothing else matters
    UsageError error;   // the first one; no message: none
};
[[nodiscard]] CommandLine read_command_line(const std::vector<Declared>& declared,
                                            const std::vector<std::string>& words);

// The one of NAMES that WORD was probably meant to be: one that begins with it, or differs by a
// slip or two of the fingers. Pure.
[[nodiscard]] std::optional<std::string_view> nearest(std::string_view word,
                                                      const std::vector<std::string_view>& names);

// What one verb takes on its command line. The variables that are passed in are filled by read()
// and must live until then.
class Options {
  public:
    Options(std::string verb, std::string summary);
    Options(const Options&) = delete;
    Options& operator=(const Options&) = delete;

    // "--all", or "-v,--verbose"
    void flag(const std::string& name, bool& value, const std::string& help);
    // "--for PATTERN", or "-C,--comment"
    void option(const std::string& name, const std::string& what, std::optional<std::string>& value,
                const std::string& help);
    // The one word that is no option.
    void argument(const std::string& what, std::optional<std::string>& value, bool required,
                  const std::string& help);
    // All the words that are no options.
    void arguments(const std::string& what, std::vector<std::string>& values, bool required,
                   const std::string& help);

    // Throws UsageError. Returns true if -h was among WORDS: only usage() is wanted.
    [[nodiscard]] bool read(const std::vector<std::string>& words);
    [[nodiscard]] std::string usage() const;

    [[nodiscard]] const std::vector<Declared>& declared() const { return declared_; }

  private:
    using Setter = std::function<void(const std::string&)>;
    void declare(Declared declared, Setter setter);

    std::string verb_;
    std::string summary_;
    std::vector<Declared> declared_;
    std::vector<Setter> setters_;  // of each of declared_
};

}  // namespace hfssh::manage

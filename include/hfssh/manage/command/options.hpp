#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hfssh::manage {

// A command line that does not fit: exit status 129, as git's.
struct UsageError {
    std::string message;
    std::string hint = {};  // empty: the verb's -h
};

// One thing that a verb takes.
struct Declared {
    enum class Kind { flag, option, word };
    Kind kind = Kind::flag;
    std::string name;  // "--for"; empty for a word
    // What the value is, and with that what a shell offers for it (completion.hpp has the list):
    // "PATTERN", "NAMESPACE|KEY". Empty for a flag.
    std::string what;
    std::string help;
    bool required = false;   // a word
    bool many = false;       // words
    std::string brief = {};  // "-C" of "-C,--comment"
};

// What one verb takes on its command line. The variables that are handed in are filled by read().
class Options {
  public:
    Options(const std::string& verb, const std::string& summary);
    ~Options();
    Options(const Options&) = delete;
    Options& operator=(const Options&) = delete;

    // "--all", alone.
    void flag(const std::string& name, bool& value, const std::string& help);
    // "--for PATTERN", or "-C,--comment"
    void option(const std::string& name, const std::string& what, std::optional<std::string>& value,
                const std::string& help);
    // The one word that is no option.
    void argument(const std::string& what, std::optional<std::string>& value, bool required,
                  const std::string& help);

    // All the words that are no option.
    void arguments(const std::string& what, std::vector<std::string>& values, bool required,
                   const std::string& help);

    // Throws UsageError. True: `-h` was among them, and usage() is all that is wanted.
    [[nodiscard]] bool read(const std::vector<std::string>& words);
    [[nodiscard]] std::string usage() const;

    [[nodiscard]] const std::vector<Declared>& declared() const { return declared_; }

  private:
    struct Parser;
    std::unique_ptr<Parser> parser_;
    std::vector<Declared> declared_;
};

}  // namespace hfssh::manage

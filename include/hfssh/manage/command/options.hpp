#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hfssh/manage/report/report.hpp"

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

// What one verb takes on its command line. The values that are returned are owned by this object,
// and filled in by read().
class Options {
  public:
    Options(std::string verb, std::string summary)
        : verb_(std::move(verb)), summary_(std::move(summary)) {}
    Options(const Options&) = delete;
    Options& operator=(const Options&) = delete;

    // "--all", or "-v,--verbose"
    const bool& flag(const std::string& name, const std::string& help);
    // "--for PATTERN", or "-C,--comment"
    const std::optional<std::string>& option(const std::string& name, const std::string& what,
                                             const std::string& help);
    // The one word that is no option.
    const std::optional<std::string>& argument(const std::string& what, const std::string& help);
    // All the words that are no options.
    const std::vector<std::string>& arguments(const std::string& what, bool required,
                                              const std::string& help);

    // Throws UsageError. Returns true if -h was among WORDS: only usage() is wanted.
    [[nodiscard]] bool read(const std::vector<std::string>& words);
    [[nodiscard]] std::string usage() const;

    [[nodiscard]] const std::vector<Declared>& declared() const { return declared_; }

  private:
    struct Value {
        bool given = false;
        std::optional<std::string> last;
        std::vector<std::string> all;
    };
    const Value& declare(Declared declared);

    std::string verb_;
    std::string summary_;
    std::vector<Declared> declared_;
    std::deque<Value> values_;  // of each of declared_; references to them stay valid
};

// The values that several verbs take on their command lines.

// "SHA256:" and 32 bytes in base64, without padding. Returns nullopt for anything else. Pure.
[[nodiscard]] std::optional<std::string> normal_fingerprint(std::string_view text);

// The same, or a Failure that says what a fingerprint looks like; LIST is the command that shows
// them.
[[nodiscard]] std::string read_fingerprint(const std::string& word, const std::string& list);

// The pattern of hf-ssh.<pattern>.identity (see hub::patterns_for), without a leading slash and
// ".git". Returns nullopt for a pattern that would match no repository. Pure.
[[nodiscard]] std::optional<std::string> normal_pattern(std::string_view text);

inline constexpr std::chrono::seconds default_wait{600};

// The SECONDS of --timeout: a whole number from 1 to a day. Throws a UsageError. Pure.
[[nodiscard]] std::chrono::seconds read_seconds(const std::optional<std::string>& text,
                                                std::chrono::seconds otherwise);

// How long --wait waits, by the --timeout given with it. Throws a UsageError also for a --timeout
// without --wait.
[[nodiscard]] std::chrono::seconds read_wait_limit(const std::optional<std::string>& timeout,
                                                   bool waits);

// What a verb of git-hf-ssh(1) is made of. The list of them is in manage/front.

// How the manager ends: yes; no, or a check failed; the command could not be completed; usage
// error, as with git.
enum class Status { yes = 0, no = 1, failed = 2, usage = 129 };

// Fills REPORT, which is printed whatever the status. Throws a system::Failure for Status::failed,
// and a UsageError.
using Action = std::function<Status(Report& report)>;

struct Verb {
    std::string_view name;  // one word or two: "keys", "keys check"
    std::string_view summary;
    // Declares what the verb takes, and returns what to do with it. Both live as long as the
    // action.
    Action (*prepare)(Options& options);
};

}  // namespace hfssh::manage

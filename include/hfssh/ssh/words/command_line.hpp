#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "hfssh/ssh/words/destination.hpp"

// The command line of ssh(1), read as OpenSSH 7.6 to 10 read it: clustered flags, glued and
// separate values, "-o" in both forms, "--", options after the destination, ssh:// destinations.
namespace hfssh::ssh {

// One flag in the order typed; VALUE is none for a flag that takes none.
struct Flag {
    char letter = 0;
    std::optional<std::string> value;

    friend bool operator==(const Flag&, const Flag&) = default;
};

// One line of configuration as "-o" takes it: "Keyword=value", "Keyword value",
// "Keyword = \"value\"", in the grammar of config_lines.hpp. OpenSSH before 8.7 knows no single
// quotes and no backslash, and ends a word at '=' too.
struct OptionText {
    std::string keyword;  // lower case; "identityfile" for the old name "identityfile2" too
    std::string value;    // the first word, unquoted; empty if only a comment follows
    std::string raw;      // all that follows the keyword, with its quotes
};

// None for a line that sets nothing (empty, a comment) or that ssh stops at (no value, a quote left
// open).
[[nodiscard]] std::optional<OptionText> read_option(std::string_view text);

struct CommandLine {
    std::vector<Flag> flags;
    std::size_t flags_before = 0;            // how many of them were typed before the destination
    std::optional<Destination> destination;  // none: ssh prints its own usage (or -V, -Q answers)
    std::vector<std::string> command;        // the remote command's words, as typed

    [[nodiscard]] bool has(char letter) const;
    [[nodiscard]] std::size_t count(char letter) const;
    [[nodiscard]] std::optional<std::string_view> first(char letter) const;
    [[nodiscard]] std::optional<std::string_view> last(char letter) const;

    // The value of the first "-o KEYWORD=value", which is the one that ssh uses; KEYWORD in any
    // case.
    [[nodiscard]] std::optional<std::string> option(std::string_view keyword) const;

    // Adds the keywords that -o, -c, -i and -m set, in lower case.
    void add_keywords(std::set<std::string, std::less<>>& keywords) const;

    // User and port as ssh settles them: of -l and -o User (-p and -o Port) and the destination,
    // the first typed. Port is nullopt too if that one is no port: ssh stops there.
    [[nodiscard]] std::optional<std::string> user() const;
    [[nodiscard]] std::optional<int> port() const;

    // In any word before the remote command, or in the user that an ssh:// destination encodes.
    [[nodiscard]] bool has_control_character() const;

    friend bool operator==(const CommandLine&, const CommandLine&) = default;
};

// Why a command line is not ours to judge. This says that OpenSSH up to 10 refuses the words, not
// that every ssh does: one that accepts them anyway may not reach hf.co unverified.
enum class Unreadable {
    unknown_flag,       // ssh prints its usage; a later one may have the flag
    missing_value,      // ssh prints its usage
    bad_destination,    // see read_destination: with an empty host ssh goes where -o HostName says
    leading_dash_host,  // "user@-oProxyCommand=…" and its kin, which ssh before 9.6 takes
};

// Whether -P takes a value: it does from OpenSSH 9.4 on ("-P tag"), before it is a plain flag.
enum class TagFlag { plain, takes_value };

using Reading = std::variant<CommandLine, Unreadable>;

// ARGUMENTS without the program's name.
[[nodiscard]] Reading read_command_line(const std::vector<std::string>& arguments,
                                        TagFlag tag_flag);

// What of the destination's host name and of the user name a shell could take for more than a name,
// in either reading, as a sentence without a full stop; nullopt if both are plain. See
// is_plain_host().
[[nodiscard]] std::optional<std::string> unfit_name(const Reading& plain, const Reading& tagged);

// Do the two readings of one line, PLAIN and TAGGED, differ in more than the -P itself, and at
// least one of them leads anywhere? In flags too: "-PV host" is a question for the version or goes
// to the host, and "-PoHostName=other host" goes to the one or the other.
[[nodiscard]] bool ambiguous(const Reading& plain, const Reading& tagged);

}  // namespace hfssh::ssh

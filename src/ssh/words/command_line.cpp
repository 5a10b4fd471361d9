#include "hfssh/ssh/words/command_line.hpp"

#include <algorithm>
#include <utility>

#include "hfssh/ssh/config/lines.hpp"
#include "hfssh/ssh/words/shown.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::ssh {
namespace {

// ssh(1) of OpenSSH 7.6 to 10.4; -1 and -B are there too, though not every version likes them. Not
// -Z (10.5, without a value: print the public keys): an older ssh stops at it, so that such a line
// is for ssh to judge, and never leads to hf.co.
constexpr std::string_view plain_letters = "1246AaCfGgKkMNnqsTtVvXxYy";
constexpr std::string_view value_letters = "BbcDEeFIiJLlmOopQRSWw";
constexpr char tag_letter = 'P';

enum class Takes { nothing, value, unknown };

Takes takes(char letter, TagFlag tag_flag) {
    if (letter == tag_letter) {
        return tag_flag == TagFlag::plain ? Takes::nothing : Takes::value;
    }
    if (plain_letters.find(letter) != std::string_view::npos) return Takes::nothing;
    if (value_letters.find(letter) != std::string_view::npos) return Takes::value;
    return Takes::unknown;
}

// Reads flags from the word AT on, as OpenSSH's own getopt(3) does, and leaves AT at the first word
// that is none (after a "--" that ends them).
std::optional<Unreadable> read_flags(const std::vector<std::string>& words, TagFlag tag_flag,
                                     std::size_t& at, std::vector<Flag>& flags) {
    for (; at < words.size(); ++at) {
        const std::string& word = words[at];
        if (word.size() < 2 || word[0] != '-') return {};
        if (word == "--") {
            ++at;
            return {};
        }
        for (std::size_t i = 1; i < word.size(); ++i) {
            const bool last = i + 1 == word.size();
            // Flags that end in '-' ("-4-") count, and then the whole word is no flag after all.
            if (word[i] == '-' && last) return {};
            const Takes what = takes(word[i], tag_flag);
            if (what == Takes::unknown) return Unreadable::unknown_flag;
            if (what == Takes::nothing) {
                flags.push_back({word[i], {}});
                continue;
            }
            if (last && ++at == words.size()) return Unreadable::missing_value;
            flags.push_back({word[i], last ? words[at] : word.substr(i + 1)});
            break;
        }
    }
    return {};
}

// The first typed of -LETTER, "-o KEYWORD" and what the destination says.
std::optional<std::string> first_typed(const CommandLine& line, char letter,
                                       std::string_view keyword,
                                       const std::optional<std::string>& in_destination) {
    for (std::size_t i = 0; i < line.flags.size(); ++i) {
        if (i == line.flags_before && in_destination) return in_destination;
        const Flag& flag = line.flags[i];
        if (flag.letter == letter) return flag.value;
        if (flag.letter != 'o') continue;
        const std::optional<OptionText> option = read_option(*flag.value);
        if (option && option->keyword == keyword) return option->value;
    }
    return in_destination;
}

CommandLine without_tags(CommandLine line) {
    const auto is_tag = [](const Flag& flag) { return flag.letter == tag_letter; };
    const auto destination = line.flags.begin() + static_cast<std::ptrdiff_t>(line.flags_before);
    line.flags_before -=
        static_cast<std::size_t>(std::count_if(line.flags.begin(), destination, is_tag));
    std::erase_if(line.flags, is_tag);
    return line;
}

}  // namespace

std::optional<OptionText> read_option(std::string_view text) {
    std::optional<ConfigLine> line = read_config_line(text);
    if (!line || line->rest.empty()) return {};
    const auto words = split_arguments(line->rest);
    if (!words) return {};
    if (line->keyword == "identityfile2") line->keyword = "identityfile";
    return OptionText{.keyword = std::move(line->keyword),
                      .value = words->empty() ? std::string() : words->front(),
                      .raw = std::string(line->rest)};
}

bool CommandLine::has(char letter) const {
    return count(letter) > 0;
}

std::size_t CommandLine::count(char letter) const {
    return static_cast<std::size_t>(std::count_if(
        flags.begin(), flags.end(), [letter](const Flag& flag) { return flag.letter == letter; }));
}

std::optional<std::string_view> CommandLine::first(char letter) const {
    for (const Flag& flag : flags) {
        if (flag.letter == letter && flag.value) return *flag.value;
    }
    return {};
}

std::optional<std::string_view> CommandLine::last(char letter) const {
    std::optional<std::string_view> result;
    for (const Flag& flag : flags) {
        if (flag.letter == letter && flag.value) result = *flag.value;
    }
    return result;
}

std::optional<std::string> CommandLine::option(std::string_view keyword) const {
    const std::string wanted = system::lower(keyword);
    for (const Flag& flag : flags) {
        if (flag.letter != 'o') continue;
        const std::optional<OptionText> option = read_option(*flag.value);
        if (option && option->keyword == wanted) return option->value;
    }
    return {};
}

void CommandLine::add_keywords(std::set<std::string, std::less<>>& keywords) const {
    if (has('c')) keywords.insert("ciphers");
    if (has('i')) keywords.insert("identityfile");
    if (has('m')) keywords.insert("macs");
    for (const Flag& flag : flags) {
        if (flag.letter != 'o') continue;
        if (auto option = read_option(*flag.value)) keywords.insert(std::move(option->keyword));
    }
}

std::optional<std::string> CommandLine::user() const {
    return first_typed(*this, 'l', "user", destination ? destination->user : std::nullopt);
}

std::optional<int> CommandLine::port() const {
    std::optional<std::string> in_destination;
    if (destination && destination->port) in_destination = std::to_string(*destination->port);
    const std::optional<std::string> text = first_typed(*this, 'p', "port", in_destination);
    return text ? read_port(*text) : std::nullopt;
}

bool CommandLine::has_control_character() const {
    if (destination && (system::has_control_character(destination->typed) ||
                        system::has_control_character(destination->user.value_or("")))) {
        return true;
    }
    return std::any_of(flags.begin(), flags.end(), [](const Flag& flag) {
        return system::has_control_character(flag.value.value_or(""));
    });
}

Reading read_command_line(const std::vector<std::string>& arguments, TagFlag tag_flag) {
    CommandLine line;
    std::size_t at = 0;
    if (const auto problem = read_flags(arguments, tag_flag, at, line.flags)) return *problem;
    if (at == arguments.size()) return line;

    line.flags_before = line.flags.size();
    line.destination = read_destination(arguments[at]);
    if (!line.destination) return Unreadable::bad_destination;
    if (line.destination->host.starts_with('-')) return Unreadable::leading_dash_host;
    // ssh only looks at the word before the destination, so a "--" that was a value counts too.
    const bool flags_ended = at > 0 && arguments[at - 1] == "--";
    ++at;

    if (!flags_ended) {
        if (const auto problem = read_flags(arguments, tag_flag, at, line.flags)) return *problem;
    }
    line.command.assign(arguments.begin() + static_cast<std::ptrdiff_t>(at), arguments.end());
    return line;
}

std::optional<std::string> unfit_name(const Reading& plain, const Reading& tagged) {
    for (const Reading* reading : {&plain, &tagged}) {
        const auto* line = std::get_if<CommandLine>(reading);
        if (line == nullptr || !line->destination) continue;
        if (!is_plain_host(line->destination->host)) {
            return "the host name contains shell metacharacters: " +
                   system::printable(line->destination->host);
        }
        const auto user = line->user();
        if (user && !is_plain_user(*user)) {
            return "the user name contains shell metacharacters: " +
                   system::printable(shown_user(*user));
        }
    }
    return std::nullopt;
}

bool ambiguous(const Reading& plain, const Reading& tagged) {
    const auto* one = std::get_if<CommandLine>(&plain);
    const auto* other = std::get_if<CommandLine>(&tagged);
    const bool one_leads = one != nullptr && one->destination.has_value();
    const bool other_leads = other != nullptr && other->destination.has_value();
    if (!one_leads || !other_leads) return one_leads != other_leads;
    return without_tags(*one) != without_tags(*other);
}

}  // namespace hfssh::ssh

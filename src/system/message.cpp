#include "hfssh/system/message.hpp"

#include <sys/ioctl.h>
#include <unistd.h>
#include <cstring>

#include <algorithm>
#include <cerrno>
#include <cstdint>

#include "hfssh/system/hint.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/process.hpp"
#include "hfssh/system/text.hpp"
#include "system/installed_paths.hpp"

namespace hfssh::system {
namespace {

bool hints_are_silent = false;
bool hint_was_last = false;
Colour colour_wanted = Colour::on_terminals;
std::string hint_colour;

// One write for the whole text: lines of several processes on one terminal do not mix. A standard
// error that is closed or full is nobody's problem but the reader's.
void write_error(std::string_view text) {
    while (!text.empty()) {
        const ssize_t count = ::write(STDERR_FILENO, text.data(), text.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return;
        text.remove_prefix(static_cast<std::size_t>(count));
    }
}

constexpr std::size_t longest_line = 2000;

// Characters, not bytes.
std::size_t columns(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

// LINE in pieces of at most WIDTH columns, as far as words allow; as it is if it fits.
std::vector<std::string> wrapped(std::string line, std::size_t width) {
    if (columns(line) <= width) return {std::move(line)};
    std::vector<std::string> pieces;
    std::string current;
    for (const std::string_view word : words(line)) {
        if (!current.empty() && columns(current) + 1 + columns(word) > width) {
            pieces.push_back(std::move(current));
            current.clear();
        }
        current += (current.empty() ? "" : " ") + std::string(word);
    }
    pieces.push_back(std::move(current));
    return pieces;
}

struct Form {
    std::string_view prefix;
    std::string_view colour;
    std::size_t width = std::string_view::npos;  // without the prefix
};

void print(const Form& form, std::string_view text) {
    std::string result;
    for (const std::string_view raw : lines(text)) {
        std::string line;
        for (const std::string_view piece : split(raw, '\t')) {  // lines of a file may be shown
            line += line.empty() && piece.data() == raw.data() ? "" : "\t";
            line += printable(piece);
        }
        if (line.size() > longest_line) line = line.substr(0, longest_line) + " […]";
        for (const std::string& piece : wrapped(std::move(line), form.width)) {
            result += form.colour;
            result += form.prefix;
            result += piece;
            result += form.colour.empty() ? "\n" : "\x1b[m\n";
        }
    }
    write_error(result);
}

std::size_t width_for(std::string_view prefix) {
    constexpr std::size_t widest = 80;
    constexpr std::size_t narrowest = 40;  // below that, lines are left to the terminal
    winsize size = {};
    if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0) return std::string_view::npos;
    const std::size_t width = size.ws_col == 0 ? widest : size.ws_col;
    return std::clamp(width, narrowest, widest) - prefix.size();
}

// Characters that nobody sees, and those that move the text around them: C1 controls, the line and
// paragraph separators, and Unicode's Default_Ignorable_Code_Point, except for the variation
// selectors of emoji.
bool is_hidden(std::uint32_t code) {
    struct Range {
        std::uint32_t first, last;
    };
    constexpr Range ranges[] = {
        {0x80, 0x9F},       {0xAD, 0xAD},     {0x34F, 0x34F},     {0x61C, 0x61C},
        {0x115F, 0x1160},   {0x17B4, 0x17B5}, {0x180B, 0x180F},   {0x200B, 0x200F},
        {0x2028, 0x202E},   {0x2060, 0x206F}, {0x3164, 0x3164},   {0xFEFF, 0xFEFF},
        {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFB}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A},
        {0xE0000, 0xE0FFF},
    };
    return std::ranges::any_of(
        ranges, [&](const Range& range) { return code >= range.first && code <= range.last; });
}

// Length of the valid UTF-8 sequence at the start of TEXT, 0 if there is none or it is hidden (RFC
// 3629: no overlong form, no surrogate, nothing above U+10FFFF).
std::size_t utf8_length(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned first = byte(0);
    if (first < 0x80) return 1;
    const std::size_t length = first < 0xC0 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (length == 0 || first > 0xF4 || text.size() < length) return 0;
    std::uint32_t code = first & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80U) return 0;
        code = code << 6U | (byte(i) & 0x3FU);
    }
    constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    return code < least[length] || surrogate || code > 0x10FFFF || is_hidden(code) ? 0 : length;
}

// Length of what a terminal may show at the start of TEXT, which is not empty; 0: nothing.
std::size_t printable_length(std::string_view text) {
    const auto byte = static_cast<unsigned char>(text.front());
    return byte < 0x20 || byte == 0x7f ? 0 : utf8_length(text);
}

// Three octal digits always: a digit that follows is another character's.
std::string octal(unsigned char byte) {
    constexpr std::string_view digits = "01234567";
    return {'\\', digits[byte >> 6U], digits[(byte >> 3U) & 7U], digits[byte & 7U]};
}

}  // namespace

void say(std::string_view text) {
    hint_was_last = false;
    constexpr std::string_view prefix = "hf-ssh: ";
    print({prefix, {}, width_for(prefix)}, text);
}

namespace {

// The escape sequence for hints, as git's own have it: only git reads all the colours it knows.
std::string hint_escape() {
    std::string escape;
    if (!hint_colour.empty()) {
        const Command git = {find_program("git"),
                             {"git", "config", "--get-color", "", hint_colour}};
        Capture capture(git, Capture::Errors::discard);
        escape = capture.wait(std::chrono::steady_clock::now() + std::chrono::seconds(2)).output;
    }
    return escape.starts_with("\x1b[") ? escape : "\x1b[33m";
}

}  // namespace

void hint(std::string_view text) {
    if (hints_are_silent) return;
    hint_was_last = true;
    const std::string escape = has_colour(STDERR_FILENO) ? hint_escape() : std::string();
    const Form form = {"hint: ", escape};
    if constexpr (HFSSH_HAS_MANAGER) {
        print(form, text);
    } else {
        print(form, without_manager(text));
    }
}

bool ends_with_hint() {
    return hint_was_last;
}

void silence_hints(bool silent) {
    hints_are_silent = silent;
}

void set_colour(Colour colour, std::string_view hints) {
    colour_wanted = colour;
    hint_colour = hints;
}

bool has_colour(int descriptor) {
    if (colour_wanted == Colour::never || !environment("NO_COLOR").value_or("").empty()) {
        return false;
    }
    return colour_wanted == Colour::always ||
           (::isatty(descriptor) == 1 && environment("TERM").value_or("dumb") != "dumb");
}

std::string printable(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string result;
    while (!text.empty()) {
        const auto byte = static_cast<unsigned char>(text.front());
        const std::size_t length = printable_length(text);
        if (length == 0) {
            result += "\\x";
            result += digits[byte >> 4U];
            result += digits[byte & 15U];
        } else {
            result += text.substr(0, length);
        }
        text.remove_prefix(length == 0 ? 1 : length);
    }
    return result;
}

std::string printable_lines(std::string_view text) {
    std::vector<std::string> found;
    for (const std::string_view line : lines(text)) {
        const std::string_view words = trim(line);
        if (!words.empty()) found.push_back(printable(words));
    }
    return join(found, "\n");
}

std::string display_path(std::string_view path) {
    const std::string& base = home();
    if (!base.empty() && base != "/" && path.starts_with(base) && path.size() > base.size() &&
        path[base.size()] == '/') {
        return "~" + printable(path.substr(base.size()));
    }
    return printable(path);
}

std::string shell_quote(std::string_view word) {
    constexpr std::string_view plain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%+=:,./_-";
    if (!word.empty() && word.find_first_not_of(plain) == std::string_view::npos) {
        return std::string(word);
    }
    std::string result = "'";
    for (const char c : word) {
        if (c == '\'') {
            result += "'\\''";
        } else {
            result += c;
        }
    }
    return result + "'";
}

std::string shell_word(std::string_view word) {
    if (printable(word) == word) return shell_quote(word);
    // Not $'…', which dash does not know: a quote in it would end the word there.
    std::string result = "\"$(printf '";
    const std::string_view whole = word;
    while (!word.empty()) {
        const std::size_t length = printable_length(word);
        const char first = word.front();
        const bool is_option = first == '-' && word.size() == whole.size();
        if (length == 0 || is_option || std::strchr("'\\%!", first) != nullptr) {
            result += octal(static_cast<unsigned char>(first));
            word.remove_prefix(1);
        } else {
            result += word.substr(0, length);
            word.remove_prefix(length);
        }
    }
    return result + "')\"";
}

std::string shell_path(const std::string& path) {
    const std::string& base = home();
    if (base.size() < 2 || !path.starts_with(base + "/")) return shell_word(path);
    const std::string rest = path.substr(base.size() + 1);
    const std::string word = shell_word(rest);
    if (word == rest) return "~/" + rest;
    if (environment("HOME") != base) return shell_word(path);
    const bool plain = rest.find_first_of("\"$`\\!") == std::string::npos;
    return plain && printable(rest) == rest ? "\"$HOME/" + rest + '"' : "\"$HOME\"/" + word;
}

}  // namespace hfssh::system

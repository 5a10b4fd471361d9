#include "via_words.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "hfssh/ssh/words/command_line.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::ssh {
namespace {

// Where git asks a shell (run-command.c), less the blank and tab, which only end a word.
constexpr std::string_view shell_characters = "|&;<>()$`\\\"'\n*?[#~=%{}!";

// First words that are no program: reserved words, and builtins that change the shell itself.
constexpr std::array<std::string_view, 38> shell_words = {
    "!",    ".",        ":",      "[[",     "alias",    "break", "builtin", "case",
    "cd",   "continue", "coproc", "do",     "done",     "elif",  "else",    "esac",
    "eval", "export",   "fi",     "for",    "function", "if",    "in",      "local",
    "read", "readonly", "return", "select", "set",      "shift", "source",  "then",
    "time", "trap",     "ulimit", "umask",  "until",    "while",
};

bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

bool is_name_start(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_name_part(char c) {
    return is_name_start(c) || (c >= '0' && c <= '9');
}

bool is_assignment(std::string_view word) {
    const std::size_t equals = word.find('=');
    return equals != std::string_view::npos && equals > 0 && is_name_start(word.front()) &&
           std::all_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(equals),
                       is_name_part);
}

class Scanner {
  public:
    explicit Scanner(std::string_view text) : text_(text) {}
    CommandScan scan();

  private:
    static constexpr int depth_limit = 64;

    [[nodiscard]] bool ended() const { return position_ >= text_.size(); }
    [[nodiscard]] char current() const { return text_[position_]; }
    [[nodiscard]] bool ok() const { return result_.shape == CommandShape::simple; }
    void compound() { result_.shape = CommandShape::compound; }
    void unbalanced(std::string_view open) {
        result_.shape = CommandShape::unbalanced;
        result_.open = open;
    }

    void word();
    void piece(int depth);
    void backslash();
    void single_quoted();
    void double_quoted(int depth);
    void back_quoted(int depth);
    void dollar(int depth);
    void bracketed(std::string_view open, char opening, char closing, int depth);

    std::string_view text_;
    std::size_t position_ = 0;
    CommandScan result_{CommandShape::simple, {}, {}, {}};
};

void Scanner::backslash() {
    if (position_ + 1 >= text_.size()) return unbalanced("\\");
    position_ += 2;
}

void Scanner::single_quoted() {
    const std::size_t close = text_.find('\'', position_ + 1);
    if (close == std::string_view::npos) return unbalanced("'");
    position_ = close + 1;
}

void Scanner::double_quoted(int depth) {
    ++position_;
    while (ok() && !ended() && current() != '"') {
        if (current() == '\\' || current() == '$' || current() == '`') {
            piece(depth + 1);
        } else {
            ++position_;
        }
    }
    if (!ok()) return;
    if (ended()) return unbalanced("\"");
    ++position_;
}

void Scanner::back_quoted(int depth) {
    ++position_;
    while (ok() && !ended() && current() != '`') {
        if (current() == '\\' || current() == '$') {
            piece(depth + 1);
        } else {
            ++position_;
        }
    }
    if (!ok()) return;
    if (ended()) return unbalanced("`");
    ++position_;
}

// "$(…)" and "${…}": quotes and brackets of the same kind inside are followed.
void Scanner::bracketed(std::string_view open, char opening, char closing, int depth) {
    position_ += open.size();
    int level = 1;
    while (ok() && !ended()) {
        if (current() == closing && --level == 0) {
            ++position_;
            return;
        }
        if (current() == opening) ++level;
        if (std::string_view("'\"`\\$").find(current()) != std::string_view::npos) {
            piece(depth + 1);
        } else {
            ++position_;
        }
    }
    if (ok()) unbalanced(open);
}

void Scanner::dollar(int depth) {
    const char next = position_ + 1 < text_.size() ? text_[position_ + 1] : '\0';
    const char parameter =
        next == '{' && position_ + 2 < text_.size() ? text_[position_ + 2] : next;
    // The arguments that git appends would be seen here.
    const bool length = next == '{' && parameter == '#' && position_ + 3 < text_.size() &&
                        is_name_start(text_[position_ + 3]);
    if (parameter == '@' || parameter == '*' || (parameter == '#' && !length) ||
        (parameter >= '0' && parameter <= '9')) {
        return compound();
    }
    if (next == '(') return bracketed("$(", '(', ')', depth);
    if (next == '{') return bracketed("${", '{', '}', depth);
    ++position_;
}

void Scanner::piece(int depth) {
    if (depth > depth_limit) return compound();
    switch (current()) {
        case '\\':
            return backslash();
        case '\'':
            return single_quoted();
        case '"':
            return double_quoted(depth);
        case '`':
            return back_quoted(depth);
        case '$':
            return dollar(depth);
        default:
            ++position_;
    }
}

void Scanner::word() {
    while (ok() && !ended() && !is_blank(current())) {
        if (std::string_view(";&|<>(){}\n").find(current()) != std::string_view::npos) {
            return compound();
        }
        piece(0);
    }
}

CommandScan Scanner::scan() {
    bool leading = true;
    while (ok() && !ended()) {
        if (is_blank(current())) {
            ++position_;
            continue;
        }
        const std::size_t start = position_;
        if (current() == '#') compound();  // a comment would take the arguments with it
        word();
        const std::string_view text = text_.substr(start, position_ - start);
        if (!ok() || !leading) continue;
        if (is_assignment(text)) {
            result_.assignments.push_back(text);
            continue;
        }
        leading = false;
        result_.words = text_.substr(start);
        if (std::find(shell_words.begin(), shell_words.end(), text) != shell_words.end())
            compound();
    }
    // Assignments alone: with git's arguments after them the first of those would be the command.
    if (ok() && leading) compound();
    return result_;
}

// With a flag and a destination after them, ARGUMENTS leave both what they are.
bool options_only(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"-v", "destination"});
    for (const TagFlag tag_flag : {TagFlag::plain, TagFlag::takes_value}) {
        const auto read = read_command_line(arguments, tag_flag);
        const auto* line = std::get_if<CommandLine>(&read);
        if (line != nullptr && line->destination && line->destination->typed == "destination" &&
            line->command.empty() && !line->flags.empty() && line->flags.back().letter == 'v') {
            return true;
        }
    }
    return false;
}

bool is_named_ssh(std::string_view word) {
    const std::string name = system::lower(word.substr(word.find_last_of("/\\") + 1));
    return name == "ssh" || name == "ssh.exe";
}

}  // namespace

namespace {

bool is_shell(std::string_view word) {
    constexpr std::array<std::string_view, 7> names = {"sh",  "bash", "dash", "ash",
                                                       "ksh", "mksh", "zsh"};
    return std::ranges::find(names, word.substr(word.rfind('/') + 1)) != names.end();
}

}  // namespace

CommandScan scan_command(std::string_view text) {
    text = system::trim(text);
    if (text.find_first_of(shell_characters) == std::string_view::npos) {
        const std::string_view first = text.substr(0, text.find_first_of(" \t"));
        if (std::find(shell_words.begin(), shell_words.end(), first) == shell_words.end()) {
            return {CommandShape::plain, {}, text, {}};
        }
    }
    return Scanner(text).scan();
}

std::optional<std::vector<std::string>> literal_words(std::string_view text) {
    constexpr std::string_view special = "$`;&|<>()*?[]{}~#!=\n\r";  // '!' and '=': rare, and safe
    std::vector<std::string> words;
    bool inside = false;  // a word, even an empty quoted one
    char quote = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (quote == 0 && (c == ' ' || c == '\t')) {
            inside = false;
            continue;
        }
        if (!std::exchange(inside, true)) words.emplace_back();
        if (quote != 0 && c == quote) {
            quote = 0;
        } else if (quote == 0 && (c == '\'' || c == '"')) {
            quote = c;
        } else {
            if (c == '\\' && quote == 0) {
                if (++i == text.size() || text[i] == '\n') return std::nullopt;
                c = text[i];
            } else if (quote != '\'' && (special.find(c) != std::string_view::npos || c == '\\')) {
                // Within double quotes most of these are literal; only $, ` and \ are not.
                if (quote == 0 || c == '$' || c == '`' || c == '\\') return std::nullopt;
            }
            words.back() += c;
        }
    }
    if (quote != 0 || words.empty()) return std::nullopt;
    return words;
}

CommandWords take_apart(const std::vector<std::string>& words) {
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto here = words.begin() + static_cast<std::ptrdiff_t>(i);
        std::vector<std::string> arguments(here + 1, words.end());
        if (!is_named_ssh(words[i]) || !options_only(arguments)) continue;
        return {{words.begin(), here}, words[i], std::move(arguments), true};
    }
    std::vector<std::string> arguments(words.begin() + 1, words.end());
    const bool shell = is_shell(words.front());
    if (!shell && !is_named_ssh(words.front()) && options_only(arguments)) {
        return {{}, words.front(), std::move(arguments), true};
    }
    // A script of another name, by its path or behind its shell: "/bin/sh WRAPPER".
    for (std::size_t i = 1; i < words.size() && words[i] != "-c"; ++i) {
        const auto here = words.begin() + static_cast<std::ptrdiff_t>(i);
        std::vector<std::string> after(here + 1, words.end());
        const bool script = !words[i].empty() && words[i].front() != '-' &&
                            (shell || words[i].find('/') != std::string::npos);
        if (script && options_only(after)) {
            return {{words.begin(), here}, words[i], std::move(after), true};
        }
    }
    return {{}, words.front(), std::move(arguments), false};
}

}  // namespace hfssh::ssh

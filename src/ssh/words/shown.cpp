// What others may see of a command line of ssh: a trace and a report are pasted into bug reports.
#include "hfssh/ssh/words/shown.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "hfssh/system/text.hpp"

namespace hfssh::ssh {
namespace {

constexpr const char* hidden = "=[…]";

// Flags of ssh(1) without a value, which may precede another in one word: "-vlgit".
constexpr std::string_view bare_flags = "46AaCfGgKkMNnqsTtVvXxYy";

// "TOKEN=…" in front of a program, or behind env(1).
bool is_assignment(std::string_view word) {
    const auto name = word.substr(0, word.find('='));
    return name.size() < word.size() && !name.empty() &&
           name.find_first_not_of(
               "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
               "0123456789_") == std::string_view::npos;
}

// "[ssh://][user[:password]@]host". A command for the other side that looks like one is cut too.
std::string shown_place(std::string_view word) {
    const auto at = word.rfind('@');
    if (at == std::string_view::npos) return std::string(word);
    const auto scheme = word.substr(0, at).find("://");
    const auto user = scheme == std::string_view::npos ? 0 : scheme + 3;
    return std::string(word.substr(0, user)) + shown_user(word.substr(user, at - user)) +
           std::string(word.substr(at));
}

// "User=git", "ProxyJump bastion": the value after the keyword; none for another one.
std::string_view value_after(std::string_view keyword, std::string_view option) {
    constexpr std::string_view between = " \t=\"";
    const auto start = std::min(option.find_first_not_of(between), option.size());
    const std::string_view rest = option.substr(start);
    if (!system::equal_ignoring_case(rest.substr(0, keyword.size()), keyword)) return {};
    const auto value = rest.find_first_not_of(between, keyword.size());
    if (value == std::string_view::npos || value == keyword.size()) return {};
    return rest.substr(value);
}

std::string shown_option(std::string_view option) {
    if (const auto user = value_after("user", option); !user.empty()) {
        return std::string(option.substr(0, option.size() - user.size())) + shown_user(user);
    }
    if (const auto jump = value_after("proxyjump", option); !jump.empty()) {
        return std::string(option.substr(0, option.size() - jump.size())) + shown_jump(jump);
    }
    return shown_place(option);
}

std::string shown_value(char flag, std::string_view value) {
    if (flag == 'l') return shown_user(value);
    if (flag == 'J') return shown_jump(value);
    if (flag == 'p' && value.find_first_not_of("0123456789") != value.npos) return "[…]";
    return flag == 'o' ? shown_option(value) : shown_place(value);
}

// Wherever in a word these are, since it may be a shell's whole command.
std::optional<std::string> without_value(const std::string& word) {
    const std::string lower = system::lower(word);
    const auto set = lower.find("setenv");
    const auto proxy = lower.find("proxycommand");
    if (set == std::string::npos && proxy == std::string::npos) return std::nullopt;
    if (set < proxy) return word.substr(0, set) + "SetEnv" + hidden;
    if (value_after("proxycommand", std::string_view(lower).substr(proxy)) == "none") return word;
    return word.substr(0, proxy) + "ProxyCommand" + hidden;
}

}  // namespace

std::string shown_user(std::string_view user) {
    return std::string(user.substr(0, user.find(':')));
}

std::string shown_jump(std::string_view jump) {
    std::string text;
    for (const std::string_view place : system::split(jump, ',')) {
        text += (text.empty() ? "" : ",") + shown_place(place);
    }
    return text;
}

std::string shown_command(std::string_view command) {
    const auto words = system::words(command);
    if (words.empty()) return {};
    // "PASSWORD=… nc", "http://user:…@proxy"
    const bool plain = words.front().find_first_of("=@") == std::string_view::npos;
    if (!plain) return "...";
    return std::string(words.front()) + (words.size() > 1 ? " ..." : "");
}

std::string shown_text(std::string_view command) {
    const auto words = system::words(command);
    return system::join(shown_words({words.begin(), words.end()}), " ");
}

std::vector<std::string> shown_words(const std::vector<std::string>& words) {
    std::vector<std::string> shown;
    const auto names_ssh = [](std::string_view word) {
        return word.ends_with("ssh") && word.find_first_of("= ") == std::string_view::npos;
    };
    // What a launcher is given may be a secret: "sshpass -p PASSWORD ssh".
    auto program = std::ranges::find_if(words, names_ssh);
    if (program == words.end()) program = words.begin();
    for (auto word = words.begin(); word < program; ++word) {
        if (word == words.begin() && !is_assignment(*word)) {
            shown.push_back(*word);
        } else if (is_assignment(*word)) {
            shown.push_back(word->substr(0, word->find('=')) + hidden);
        } else if (shown.back() != "[…]") {
            shown.emplace_back("[…]");
        }
    }
    char flag = '\0';  // the one whose value comes next
    for (const std::string& word : std::span(program, words.end())) {
        const char pending = std::exchange(flag, '\0');
        if (auto hiding = without_value(word)) {
            shown.push_back(*std::move(hiding));
        } else if (pending != '\0') {
            shown.push_back(shown_value(pending, word));
        } else if (is_assignment(word)) {
            shown.push_back(word.substr(0, word.find('=')) + hidden);
        } else if (!word.starts_with('-')) {
            shown.push_back(shown_option(word));  // the native transport's: "User=git"
        } else {
            const auto at = std::min(word.find_first_not_of(bare_flags, 1), word.size());
            const char letter = at < word.size() ? word[at] : '\0';
            const bool takes = std::string_view("lJop").find(letter) != std::string_view::npos;
            const std::string_view value =
                std::string_view(word).substr(std::min(at + 1, word.size()));
            if (takes && value.empty()) flag = letter;
            shown.push_back(takes && !value.empty()
                                ? word.substr(0, at + 1) + shown_value(letter, value)
                                : shown_place(word));
        }
    }
    return shown;
}

}  // namespace hfssh::ssh

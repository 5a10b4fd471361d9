#include "hfssh/system/hint.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "hfssh/system/failure.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"

// Hints as data: what is printed as "hint: PURPOSE: COMMAND" is {"command": ...} in JSON.
namespace hfssh::system {
namespace {

// The programs that a hint runs, besides those that it names by their path. A hint that begins
// with another word is advice.
constexpr std::array programs = {
    "git",   "ssh",  "ssh-add", "ssh-keygen", "hf-ssh",        "sudo",   "sudoedit",
    "chmod", "eval", "man",     "mkdir",      "unset",         "export", "getent",
    "rm",    "mv",   "printf",  "echo",       "${EDITOR:-vi}",
};

constexpr std::string_view manager = "git hf-ssh ";

bool is_command(std::string_view text) {
    for (const std::string_view word : words(text)) {
        // An assignment for the command: HF_SSH_TRACE=1
        const auto equals = word.find('=');
        const bool assigns = equals != 0 && equals != std::string_view::npos &&
                             word.substr(0, equals).find_first_not_of(
                                 "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == std::string_view::npos;
        if (assigns) continue;
        return word.starts_with('/') || word.starts_with("~/") || word.starts_with("'/") ||
               word.starts_with("\"$HOME") || std::ranges::find(programs, word) != programs.end();
    }
    return false;
}

// What a person does without the manager instead of COMMAND, `git hf-ssh …`; empty: nothing.
std::string by_hand(std::string_view command) {
    const auto typed = words(command.substr(manager.size()));
    const auto is = [&](std::initializer_list<std::string_view> start) {
        return typed.size() >= start.size() &&
               std::equal(start.begin(), start.end(), typed.begin());
    };
    if (is({"keys", "new"})) return "ssh-keygen -t ed25519";
    if (is({"keys", "check"})) return "https://huggingface.co/settings/keys";
    if (is({"whoami"}) && typed.size() == 1) return "ssh -T git@hf.co";
    if (is({"use"}) && typed.size() == 4 && typed[2] == "--for") {
        return "git config --global hf-ssh." + std::string(typed[3]) + ".identity " +
               std::string(typed[1]);
    }
    return {};
}

}  // namespace

std::string Fix::text() const {
    if (command.empty()) return advice;
    return purpose.empty() ? command : purpose + ": " + command;
}

Fix read_hint(std::string_view text) {
    if (is_command(text)) return {{}, std::string(text), {}};
    constexpr std::string_view colon = ": ";
    for (auto at = text.find(colon); at != std::string_view::npos; at = text.find(colon, at + 1)) {
        const std::string_view rest = text.substr(at + colon.size());
        if (!is_command(rest)) continue;
        return {std::string(text.substr(0, at)), std::string(rest), {}};
    }
    return {{}, {}, std::string(text)};
}

std::string without_manager(std::string_view text) {
    std::string result;
    for (const std::string_view line : lines(text)) {
        const auto at = line.find(manager);
        const bool is_its_command = at != std::string_view::npos;
        const std::string instead = is_its_command ? by_hand(line.substr(at)) : std::string();
        if (is_its_command && instead.empty()) continue;
        if (!result.empty()) result += '\n';
        result += line.substr(0, at);
        result += instead;
    }
    return result;
}

const char* name_of(Code code) {
    static constexpr std::array names = {
        "failed",        "bad-argument",     "file",          "exists",
        "git",           "host-key-refused", "in-use",        "installation",
        "interrupted",   "key-locked",       "no-connection", "no-key",
        "no-repository", "no-ssh",           "not-hf-co",     "ssh-configuration",
        "unsafe-file",
    };
    static_assert(names.size() == static_cast<std::size_t>(Code::unsafe_file) + 1);
    return names[static_cast<std::size_t>(code)];
}

std::string with_agent(const std::string& command, bool has_agent) {
    return has_agent ? command : "eval \"$(ssh-agent -s)\" && " + command;
}

std::string with_agent(const std::string& command) {
    return with_agent(command, environment("SSH_AUTH_SOCK").has_value());
}

}  // namespace hfssh::system

#include "hfssh/system/hint.hpp"

#include <algorithm>
#include <array>

#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"

// Hints as data: what is printed as "hint: PURPOSE: COMMAND" is {"command": ...} in JSON.
namespace hfssh::system {
namespace {

// The programs that a hint runs, besides those that it names by their path. A hint that begins
// with another word is advice.
constexpr std::array programs = {
    "git",  "ssh",   "ssh-add", "ssh-keygen", "hf-ssh", "sudo", "sudoedit",      "chmod",
    "eval", "unset", "export",  "getent",     "rm",     "mv",   "${EDITOR:-vi}",
};

bool is_command(std::string_view text) {
    for (const std::string_view word : words(text)) {
        // An assignment for the command: HF_SSH_TRACE=1
        const auto equals = word.find('=');
        const bool assigns = equals != 0 && equals != std::string_view::npos &&
                             word.substr(0, equals).find_first_not_of(
                                 "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == std::string_view::npos;
        if (assigns) continue;
        return word.starts_with('/') || word.starts_with("~/") || word.starts_with("'/") ||
               std::ranges::find(programs, word) != programs.end();
    }
    return false;
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

std::string with_agent(const std::string& command, bool has_agent) {
    return has_agent ? command : "eval \"$(ssh-agent -s)\" && " + command;
}

std::string with_agent(const std::string& command) {
    return with_agent(command, environment("SSH_AUTH_SOCK").has_value());
}

}  // namespace hfssh::system

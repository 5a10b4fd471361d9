#include "clipboard.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>

#include "hfssh/manage/context/asking.hpp"
#include "hfssh/system/encode.hpp"
#include "hfssh/system/errand.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/unique_fd.hpp"

namespace hfssh::manage {
namespace {

constexpr auto patience = std::chrono::seconds(2);

std::string within_tmux(const std::string& sequence) {
    std::string doubled;
    for (const char c : sequence)
        doubled += c == '\x1b' ? std::string("\x1b\x1b") : std::string(1, c);
    return "\x1bPtmux;" + doubled + "\x1b\\";
}

// screen cuts off what is longer than some hundred bytes, and puts the pieces together again.
std::string within_screen(const std::string& sequence) {
    constexpr std::size_t piece = 240;
    std::string text;
    for (std::size_t at = 0; at < sequence.size(); at += piece)
        text += "\x1bP" + sequence.substr(at, piece) + "\x1b\\";
    return text;
}

bool write_to_terminal(const std::string& sequence) {
    if (sequence.empty() || !person_is_here()) return false;
    const system::UniqueFd terminal(::open("/dev/tty", O_WRONLY | O_CLOEXEC | O_NOCTTY));
    return terminal && ::write(terminal.get(), sequence.data(), sequence.size()) ==
                           static_cast<ssize_t>(sequence.size());
}

}  // namespace

std::vector<std::vector<std::string>> clipboard_commands(identity::Environment environment) {
    std::vector<std::vector<std::string>> commands;
    if (environment("WAYLAND_DISPLAY")) commands.push_back({"wl-copy"});
    if (environment("DISPLAY")) {
        commands.push_back({"xclip", "-selection", "clipboard"});
        commands.push_back({"xsel", "--clipboard", "--input"});
    }
    commands.push_back({"pbcopy"});
    commands.push_back({"clip.exe"});
    return commands;
}

std::string terminal_copy(std::string_view text, identity::Environment environment) {
    const std::string terminal = environment("TERM").value_or("dumb");
    if (terminal == "dumb" || terminal == "linux") return {};
    const std::string sequence = "\x1b]52;c;" + system::base64_encode(text) + "\x07";
    // tmux passes it on, or acts on it itself, or neither, as it is configured.
    if (environment("TMUX")) return sequence + within_tmux(sequence);
    if (environment("STY")) return within_screen(sequence);
    return sequence;
}

Copied copy(std::string_view text, const Surroundings& surroundings) {
    for (const std::vector<std::string>& words : clipboard_commands(system::environment)) {
        const std::string file = system::find_program(words.front());
        if (file.empty() || surroundings.told_to_end()) continue;
        const auto end =
            system::run_errand({file, words}, text, std::chrono::steady_clock::now() + patience,
                               system::Late::killed, [&] { return surroundings.told_to_end(); });
        if (end == system::ErrandEnd::done) return {Copied::How::tool, words.front()};
    }
    if (write_to_terminal(terminal_copy(text, system::environment))) {
        return {Copied::How::terminal, {}};
    }
    return {};
}

}  // namespace hfssh::manage

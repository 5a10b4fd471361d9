#include <fcntl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <chrono>

#include "hfssh/manage/context/surroundings.hpp"
#include "hfssh/system/encode.hpp"
#include "hfssh/system/errand.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"
#include "hfssh/system/unique_fd.hpp"
#include "keys.hpp"

// The clipboard and the browser of the user who sits at this session.
namespace hfssh::manage {
namespace {

// Long enough to learn that it failed; some browsers stay in the foreground.
constexpr auto patience = std::chrono::seconds(2);

bool is_macos() {
    utsname name = {};
    return ::uname(&name) == 0 && std::string_view(name.sysname) == "Darwin";
}

std::vector<std::string> browser_words(std::string_view entry, const std::string& url) {
    std::vector<std::string> words;
    bool placed = false;
    for (const std::string_view word : system::words(entry)) {
        std::string text(word);
        if (const auto at = text.find("%s"); at != std::string::npos) {
            text.replace(at, 2, url);
            placed = true;
        }
        words.push_back(text);
    }
    if (!words.empty() && !placed) words.push_back(url);
    return words;
}

std::string within_tmux(const std::string& sequence) {
    std::string doubled;
    for (const char c : sequence)
        doubled += c == '\x1b' ? std::string("\x1b\x1b") : std::string(1, c);
    return "\x1bPtmux;" + doubled + "\x1b\\";
}

// screen cuts off a longer sequence, and joins the pieces again.
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

std::vector<std::vector<std::string>> browser_commands(const std::string& url,
                                                       identity::Environment environment,
                                                       bool macos) {
    std::vector<std::vector<std::string>> commands;
    const std::string browser = environment("BROWSER").value_or("");
    for (const std::string_view entry : system::split(browser, ':')) {
        if (auto words = browser_words(entry, url); !words.empty()) {
            commands.push_back(std::move(words));
        }
    }
    if (macos) commands.push_back({"open", url});
    if (environment("WSL_DISTRO_NAME") || environment("WSL_INTEROP")) {
        commands.push_back({"wslview", url});
        commands.push_back({"explorer.exe", url});
    }
    if (environment("DISPLAY") || environment("WAYLAND_DISPLAY")) {
        commands.push_back({"xdg-open", url});
    }
    return commands;
}

std::string open_page(const std::string& url, const Surroundings& surroundings) {
    using system::ErrandEnd;
    for (const std::vector<std::string>& words :
         browser_commands(url, system::environment, is_macos())) {
        const std::string file = system::find_program(words.front());
        if (file.empty() || surroundings.told_to_end()) continue;
        const ErrandEnd end = system::run_errand(
            {file, words}, {}, std::chrono::steady_clock::now() + patience,
            system::Late::left_running, [&] { return surroundings.told_to_end(); });
        // explorer.exe always exits with 1.
        const bool opened = end == ErrandEnd::done || end == ErrandEnd::late ||
                            (end == ErrandEnd::failed && words.front() == "explorer.exe");
        if (opened) return words.front();
    }
    return {};
}

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
    // tmux passes it on, acts on it itself, or does neither, depending on its configuration.
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
        return {Copied::How::terminal};
    }
    return {};
}

}  // namespace hfssh::manage

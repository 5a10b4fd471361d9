#include "manage/keys/keys.hpp"

#include <doctest/doctest.h>

#include <map>

#include "hfssh/system/text.hpp"

using namespace hfssh;

namespace {

std::map<std::string, std::string> variables;

std::optional<std::string> variable(const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
}

// "firefox URL, xdg-open URL"
std::string commands(std::map<std::string, std::string> environment, bool macos = false) {
    variables = std::move(environment);
    std::vector<std::string> all;
    for (const auto& words : manage::browser_commands("URL", variable, macos))
        all.push_back(system::join(words, " "));
    return system::join(all, ", ");
}

}  // namespace

TEST_CASE("desktop: browsers of a session") {
    CHECK(commands({}).empty());
    CHECK(commands({{"DISPLAY", ":0"}}) == "xdg-open URL");
    CHECK(commands({{"WAYLAND_DISPLAY", "w"}}) == "xdg-open URL");
    CHECK(commands({}, true) == "open URL");
    CHECK(commands({{"WSL_DISTRO_NAME", "Debian"}}) == "wslview URL, explorer.exe URL");
    CHECK(commands({{"WSL_INTEROP", "/run/x"}, {"DISPLAY", ":0"}}) ==
          "wslview URL, explorer.exe URL, xdg-open URL");
}

TEST_CASE("desktop: $BROWSER comes first") {
    CHECK(commands({{"BROWSER", "firefox"}, {"DISPLAY", ":0"}}) == "firefox URL, xdg-open URL");
    CHECK(commands({{"BROWSER", "a --new %s --x:b -q"}}) == "a --new URL --x, b -q URL");
    CHECK(commands({{"BROWSER", ":: :"}}).empty());
    CHECK(commands({{"BROWSER", "a; rm -rf ~"}}) == "a; rm -rf ~ URL");  // words, never a shell's
}

namespace {

std::string copiers(std::map<std::string, std::string> environment) {
    variables = std::move(environment);
    std::string text;
    for (const auto& words : manage::clipboard_commands(variable))
        text += (text.empty() ? "" : " ") + words.front();
    return text;
}

std::string terminal(std::map<std::string, std::string> environment,
                     std::string_view text = "key") {
    variables = std::move(environment);
    return manage::terminal_copy(text, variable);
}

}  // namespace

TEST_CASE("desktop: clipboards of a session") {
    CHECK(copiers({}) == "pbcopy clip.exe");
    CHECK(copiers({{"DISPLAY", ":0"}}) == "xclip xsel pbcopy clip.exe");
    CHECK(copiers({{"WAYLAND_DISPLAY", "wayland-0"}}) == "wl-copy pbcopy clip.exe");
    CHECK(copiers({{"WAYLAND_DISPLAY", "wayland-0"}, {"DISPLAY", ":0"}}) ==
          "wl-copy xclip xsel pbcopy clip.exe");
}

TEST_CASE("desktop: the clipboard of the terminal") {
    const std::string plain = "\x1b]52;c;a2V5\x07";
    SUBCASE("as it is") {
        CHECK(terminal({{"TERM", "xterm-256color"}}) == plain);
    }
    SUBCASE("one that could not") {
        CHECK(terminal({}).empty());
        CHECK(terminal({{"TERM", "dumb"}}).empty());
        CHECK(terminal({{"TERM", "linux"}}).empty());
    }
    SUBCASE("through tmux, and to tmux itself") {
        CHECK(terminal({{"TERM", "screen"}, {"TMUX", "/tmp/x"}}) ==
              plain + "\x1bPtmux;\x1b\x1b]52;c;a2V5\x07\x1b\\");
    }
    SUBCASE("through screen") {
        CHECK(terminal({{"TERM", "screen"}, {"STY", "1.x"}}) == "\x1bP" + plain + "\x1b\\");
    }
    SUBCASE("through screen in pieces") {
        const std::string text(1000, 'x');
        std::string joined = terminal({{"TERM", "screen"}, {"STY", "1.x"}}, text);
        std::size_t pieces = 0;
        std::string whole;
        while (!joined.empty()) {
            REQUIRE(joined.starts_with("\x1bP"));
            const std::size_t end = joined.find("\x1b\\");
            REQUIRE(end != std::string::npos);
            CHECK(end <= 300);
            whole += joined.substr(2, end - 2);
            joined.erase(0, end + 2);
            ++pieces;
        }
        CHECK(pieces > 3);
        CHECK(whole == terminal({{"TERM", "xterm"}}, text));
    }
}

#include "manage/keys/browser.hpp"

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

TEST_CASE("browser: the commands of a session") {
    CHECK(commands({}).empty());
    CHECK(commands({{"DISPLAY", ":0"}}) == "xdg-open URL");
    CHECK(commands({{"WAYLAND_DISPLAY", "w"}}) == "xdg-open URL");
    CHECK(commands({}, true) == "open URL");
    CHECK(commands({{"WSL_DISTRO_NAME", "Debian"}}) == "wslview URL, explorer.exe URL");
    CHECK(commands({{"WSL_INTEROP", "/run/x"}, {"DISPLAY", ":0"}}) ==
          "wslview URL, explorer.exe URL, xdg-open URL");
}

TEST_CASE("browser: $BROWSER comes first") {
    CHECK(commands({{"BROWSER", "firefox"}, {"DISPLAY", ":0"}}) == "firefox URL, xdg-open URL");
    CHECK(commands({{"BROWSER", "a --new %s --x:b -q"}}) == "a --new URL --x, b -q URL");
    CHECK(commands({{"BROWSER", ":: :"}}).empty());
    CHECK(commands({{"BROWSER", "a; rm -rf ~"}}) == "a; rm -rf ~ URL");  // words, never a shell's
}

#include "browser.hpp"

#include <sys/utsname.h>

#include <chrono>
#include <string_view>

#include "hfssh/system/errand.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::manage {
namespace {

// Long enough to hear that it did not work; some become the browser, and stay.
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
        // explorer.exe always says 1.
        const bool opened = end == ErrandEnd::done || end == ErrandEnd::late ||
                            (end == ErrandEnd::failed && words.front() == "explorer.exe");
        if (opened) return words.front();
    }
    return {};
}

}  // namespace hfssh::manage

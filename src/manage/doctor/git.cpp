#include <unistd.h>

#include <algorithm>
#include <string_view>

#include "doctor.hpp"
#include "hfssh/manage/context/installation.hpp"
#include "hfssh/manage/report/key.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"

// git itself, and whether it can read its configuration.
namespace hfssh::manage {
namespace {

using Result = Check::Result;
using system::printable;

constexpr Version oldest = {2, 26};
constexpr const char* newer = "install git 2.26 or later";

Check version(const Situation& situation) {
    if (situation.git.empty()) {
        return {"git", Result::failure, "git was not found on PATH", {}, "install git"};
    }
    const std::string file = system::display_path(situation.git);
    const auto version = read_git_version(situation.git_version);
    if (situation.git_version.empty()) return skipped("git", file + " does not print its version");
    if (!version) {
        return {"git", Result::failure, file + " prints: " + printable(situation.git_version),
                "this is not git", "put git before it on PATH"};
    }
    const std::string found =
        "git " + printable(version_words(situation.git_version)) + ", " + file;
    if (*version < oldest) {
        return {"git", Result::failure, found,
                "hf-ssh needs git 2.26 or later, to read its settings", newer};
    }
    return {"git", Result::ok, found, {}, {}};
}

// git names it in the command that it proposes, quoted if a shell needs that. Empty if it is not
// one plain word: the owner of the directory chose its name.
std::string distrusted_directory(const std::string& words) {
    constexpr std::string_view command = "git config --global --add safe.directory ";
    for (const std::string_view line : system::lines(words)) {
        if (!line.starts_with(command)) continue;
        std::string_view word = line.substr(command.size());
        const bool quoted = word.size() > 2 && word.front() == '\'' && word.back() == '\'';
        if (quoted) word = word.substr(1, word.size() - 2);
        const bool plain = word.find_first_of("'\\") == std::string_view::npos;
        return plain ? std::string(word) : std::string();
    }
    return {};
}

// git names a file of the repository relative to the top, whatever the working directory is.
std::string file_above(const std::string& file) {
    if (file.starts_with('/')) return file;
    const std::string here = system::absolute_path(file);
    std::string directory = here.substr(0, here.size() - file.size());
    while (::access((directory + file).c_str(), F_OK) != 0) {
        if (directory.size() < 2) return file;
        directory.resize(directory.rfind('/', directory.size() - 2) + 1);
    }
    return directory + file;
}

// The fix that can be read from an error of git, such as "… bad config line 3 in file
// /h/.gitconfig".
std::string way_out(const std::string& words) {
    constexpr std::string_view line = "bad config line ";
    constexpr std::string_view file = " in file ";
    if (const auto at = words.find(line); at != std::string::npos) {
        const auto in = words.find(file, at);
        const std::string number = words.substr(at + line.size(), in - at - line.size());
        const bool counts = !number.empty() && std::ranges::all_of(number, [](char c) {
            return c >= '0' && c <= '9';
        });
        if (in != std::string::npos && counts) {
            return "${EDITOR:-vi} +" + number + " " +
                   shell_path(file_above(words.substr(in + file.size())));
        }
    }
    if (words.find("safe.directory") != std::string::npos) {
        const std::string directory = distrusted_directory(words);
        return directory.empty()
                   ? "run the command that git proposes"
                   : "git config --global --add safe.directory " + system::shell_quote(directory);
    }
    return "git config --list";
}

Check configuration(const Situation& situation) {
    constexpr const char* name = "git-configuration";
    if (situation.git.empty()) return skipped(name, "git was not found");
    if (situation.surroundings) return {name, Result::ok, "git reads it", {}, {}};
    if (!situation.git_version.empty() && !read_git_version(situation.git_version)) {
        return skipped(name, situation.no_surroundings);
    }
    return {name, Result::failure, situation.no_surroundings,
            "git runs nothing here, and hf-ssh cannot read its settings",
            way_out(situation.no_surroundings)};
}

}  // namespace

Checks check_git(const Situation& situation) {
    return {version(situation), configuration(situation)};
}

}  // namespace hfssh::manage

// Finds and changes the files of git's configuration, through git: its parser, its lock, its
// rename.
#include "hfssh/manage/context/config_scope.hpp"

#include <fcntl.h>
#include <limits.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <random>
#include <variant>

#include "hfssh/manage/context/git.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/files.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::manage {
namespace {

using system::Failure;

constexpr std::size_t largest_file = std::size_t{16} << 20;
constexpr int most_links = 40;

constexpr auto longest_wait = std::chrono::seconds(10);

bool readable(const std::string& path) {
    return ::access(path.c_str(), R_OK) == 0;
}

// The file that git took lines of this scope from.
std::string origin_of(Scope scope) {
    const GitAnswer answer =
        ask_git({"config", option_of(scope), "--null", "--show-scope", "--show-origin", "--list"});
    const auto lines = read_config_lines(answer.output);
    return lines && !lines->empty() ? lines->front().file : std::string();
}

// git-config(1), FILES: of the two files of a user, the one in $XDG_CONFIG_HOME/git.
std::string xdg_file(const std::string& home) {
    return system::environment("XDG_CONFIG_HOME").value_or(home + "/.config") + "/git/config";
}

// $XDG_CONFIG_HOME/git/config is written if it is the only one.
std::string global_file() {
    if (const auto named = system::environment("GIT_CONFIG_GLOBAL")) {
        return system::absolute_path(*named);
    }
    const auto home = system::environment("HOME");
    if (!home)
        throw Failure("HOME is not set, so git has no configuration file for this user", {},
                      system::Code::git);
    const std::string own = *home + "/.gitconfig";
    const std::string xdg = xdg_file(*home);
    return !readable(own) && readable(xdg) ? xdg : own;
}

std::string system_file() {
    const std::string origin = origin_of(Scope::system);
    if (!origin.empty()) return origin;
    if (const auto named = system::environment("GIT_CONFIG_SYSTEM")) {
        return system::absolute_path(*named);
    }
    const GitAnswer told = ask_git({"var", "GIT_CONFIG_SYSTEM"});  // since git 2.41
    return told.status == 0 && told.output.starts_with('/') ? told.output : "/etc/gitconfig";
}

std::string local_file() {
    if (!repository_here()) {
        throw Failure("not in a git repository", "start with: cd into one, or leave --local out",
                      system::Code::no_repository);
    }
    return system::absolute_path(ask_git({"rev-parse", "--git-path", "config"}).output);
}

// Random waits, so that twenty who wait for one lock do not come back together.
class Pause {
  public:
    // False when the time is up.
    bool take() {
        if (std::chrono::steady_clock::now() >= end_) return false;
        constexpr useconds_t least = 5'000, most = 60'000;
        ::usleep(std::uniform_int_distribution<useconds_t>(least, most)(random_));
        return true;
    }

  private:
    std::chrono::steady_clock::time_point end_ = std::chrono::steady_clock::now() + longest_wait;
    std::minstd_rand random_{std::random_device{}()};
};

// git takes a lock for milliseconds, and does not wait for another's.
GitAnswer ask_past_lock(const std::vector<std::string>& words) {
    Pause pause;
    for (;;) {
        GitAnswer answer = ask_git(words);
        const bool locked = answer.status != 0 &&
                            answer.errors.find("could not lock") != std::string::npos &&
                            answer.errors.find("File exists") != std::string::npos;
        if (!locked || !pause.take()) return answer;
    }
}

}  // namespace

std::string name_of(Scope scope) {
    constexpr const char* names[] = {"system", "global", "local"};
    return names[static_cast<std::size_t>(scope)];
}

std::string option_of(Scope scope) {
    return "--" + name_of(scope);
}

std::string resolve_links(std::string path) {
    for (int i = 0; i < most_links; ++i) {
        std::array<char, PATH_MAX> target = {};
        const ssize_t length = ::readlink(path.c_str(), target.data(), target.size());
        if (length < 0) return path;
        const std::string to(target.data(), static_cast<std::size_t>(length));
        path = to.starts_with('/') ? to : path.substr(0, path.rfind('/') + 1) + to;
    }
    throw Failure(system::display_path(path) + ": symlink loop", {}, system::Code::file);
}

std::string words_for(Scope scope) {
    constexpr const char* words[] = {"for every user of this machine", "for this user",
                                     "for this repository"};
    return words[static_cast<std::size_t>(scope)];
}

std::string second_file(Scope scope) {
    const auto home = system::environment("HOME");
    if (scope != Scope::global || system::environment("GIT_CONFIG_GLOBAL") || !home) return {};
    const std::string xdg = xdg_file(*home);
    return readable(xdg) && xdg != global_file() ? xdg : std::string();
}

ScopeFile find_scope_file(Scope scope) {
    return read_scope_file(scope == Scope::global   ? global_file()
                           : scope == Scope::system ? system_file()
                                                    : local_file());
}

ScopeFile read_scope_file(const std::string& path) {
    ScopeFile file;
    file.path = path;
    file.resolved = resolve_links(file.path);
    struct stat info = {};
    if (::stat(file.resolved.c_str(), &info) != 0) {
        if (errno == ENOENT || errno == ENOTDIR) return file;
    } else if (!S_ISREG(info.st_mode)) {
        throw Failure(system::display_path(file.path) +
                          " is not a regular file, so git cannot keep settings in it",
                      {}, system::Code::git);
    }
    auto content = system::read_file(file.resolved, largest_file);
    if (const auto* error = std::get_if<system::FileError>(&content)) {
        throw Failure("cannot read " + system::display_path(file.path) + ": " + error->detail, {},
                      system::Code::file);
    }
    file.exists = true;
    file.content = std::move(std::get<std::string>(content));
    return file;
}

std::string command_text(const ConfigEdit& edit, const std::vector<std::string>& to) {
    std::string text = "git config";
    for (const auto* words : {&to, &edit.words}) {
        for (const std::string& word : *words)
            text += " " + system::shell_word(word);
    }
    return text;
}

std::optional<std::string> make_edits(const std::vector<std::string>& to,
                                      const std::vector<ConfigEdit>& edits) {
    for (const ConfigEdit& edit : edits) {
        std::vector<std::string> words = {"config"};
        words.insert(words.end(), to.begin(), to.end());
        words.insert(words.end(), edit.words.begin(), edit.words.end());
        const GitAnswer answer = ask_past_lock(words);
        if (answer.status == 0) continue;
        if (answer.errors.empty()) {
            return "git config ended with status " + std::to_string(answer.status);
        }
        return system::printable_lines(answer.errors);
    }
    return std::nullopt;
}

ConfigTurn::ConfigTurn(const ScopeFile& file)
    : directory_(::open(file.resolved.substr(0, file.resolved.rfind('/') + 1).c_str(),
                        O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    Pause pause;
    while (directory_ && ::flock(directory_.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR) return;  // no locks on this file system
        if (!pause.take())
            throw Failure("another git hf-ssh setup or unsetup is running", {},
                          system::Code::in_use);
    }
}

}  // namespace hfssh::manage

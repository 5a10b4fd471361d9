#include "config_scope.hpp"

#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <variant>

#include "hfssh/manage/context/git.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/files.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"

namespace hfssh::manage {
namespace {

using system::Failure;

constexpr std::size_t largest_file = std::size_t{16} << 20;
constexpr int most_links = 40;

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

// $XDG_CONFIG_HOME/git/config is written where it is the only one.
std::string global_file() {
    if (const auto named = system::environment("GIT_CONFIG_GLOBAL")) {
        return system::absolute_path(*named);
    }
    const auto home = system::environment("HOME");
    if (!home) throw Failure("HOME is not set, so git has no file for the settings of this user");
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
        throw Failure("not in a git repository", "go into one, or leave --local out");
    }
    return system::absolute_path(ask_git({"rev-parse", "--git-path", "config"}).output);
}

}  // namespace

std::string name_of(Scope scope) {
    switch (scope) {
        case Scope::system:
            return "system";
        case Scope::global:
            return "global";
        case Scope::local:
            break;
    }
    return "local";
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
    throw Failure("the links of " + system::display_path(path) + " lead round in a circle");
}

std::string words_for(Scope scope) {
    switch (scope) {
        case Scope::system:
            return "for everybody on this machine";
        case Scope::global:
            return "for this user";
        case Scope::local:
            break;
    }
    return "for this repository";
}

std::string passed_over_file(Scope scope) {
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
                      " is not a regular file, so no setting "
                      "can be kept in it");
    }
    auto content = system::read_file(file.resolved, largest_file);
    if (const auto* error = std::get_if<system::FileError>(&content)) {
        throw Failure("cannot read " + system::display_path(file.path) + ": " + error->detail);
    }
    file.exists = true;
    file.mode = info.st_mode & 07777U;
    file.content = std::move(std::get<std::string>(content));
    return file;
}

std::vector<ConfigLine> commands_up_to(Scope scope) {
    const std::string pattern = "^core\\.sshcommand$";
    if (scope == Scope::system) return config_lines(pattern, {"--system", "--includes"});
    std::vector<ConfigLine> lines =
        config_lines(pattern, {}, scope == Scope::global ? "/" : std::string());
    std::erase_if(lines, [&](const ConfigLine& line) {
        if (line.scope == "system" || line.scope == "global") return false;
        return scope != Scope::local || line.scope != "local";
    });
    return lines;
}

std::vector<ConfigLine> own_lines(const std::string& file) {
    if (!readable(file)) return {};
    return config_lines(
        "^(core\\.sshcommand|include\\.path|includeif\\..*\\.path|"
        "url\\..*\\.pushinsteadof)$",
        {"--file", file, "--no-includes"});
}

}  // namespace hfssh::manage

#include "hfssh/system/paths.hpp"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstdlib>

#include "hfssh/system/platform.hpp"
#include "hfssh/system/text.hpp"
#include "system/installed_paths.hpp"

namespace hfssh::system {
namespace {

bool is_directory(const std::string& path) {
    struct stat info = {};
    return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

bool is_executable_file(const std::string& path) {
    struct stat info = {};
    return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) &&
           ::access(path.c_str(), X_OK) == 0;
}

std::string xdg_directory(const char* variable, const char* fallback) {
    if (const auto value = environment(variable); value && value->starts_with('/')) {
        return *value + "/hf-ssh";
    }
    return home().empty() ? std::string() : home() + fallback + "/hf-ssh";
}

// Asking the user database can mean a network: once, and only where it is needed.
const passwd* passwd_entry() {
    static const passwd* entry = ::getpwuid(::geteuid());
    return entry;
}

}  // namespace

const std::string& passwd_home() {
    static const std::string value = passwd_entry() != nullptr && passwd_entry()->pw_dir != nullptr
                                         ? passwd_entry()->pw_dir
                                         : "";
    return value;
}

const std::string& login_name() {
    static const std::string value = passwd_entry() != nullptr && passwd_entry()->pw_name != nullptr
                                         ? passwd_entry()->pw_name
                                         : "";
    return value;
}

const std::string& home() {
    static const std::string value = [] {
        const auto variable = environment("HOME");
        if (variable && variable->starts_with('/') && is_directory(*variable)) return *variable;
        return is_directory(passwd_home()) ? passwd_home() : std::string();
    }();
    return value;
}

std::string config_directory() {
    return xdg_directory("XDG_CONFIG_HOME", "/.config");
}

std::string state_directory() {
    return xdg_directory("XDG_STATE_HOME", "/.local/state");
}

std::string expand_tilde(std::string_view path) {
    if (path.empty() || path.front() != '~') return std::string(path);
    const auto slash = path.find('/');
    const std::string user(path.substr(1, slash == std::string_view::npos ? slash : slash - 1));
    const std::string_view rest =
        slash == std::string_view::npos ? std::string_view() : path.substr(slash);
    std::string base = home();
    if (!user.empty()) {
        const passwd* entry = ::getpwnam(user.c_str());
        base = entry != nullptr ? entry->pw_dir : "";
    }
    return base.empty() ? std::string(path) : base + std::string(rest);
}

namespace {

std::string& own_path() {
    static std::string value = executable_file();
    return value;
}

}  // namespace

const std::string& executable_path() {
    return own_path();
}

void speak_for(std::string_view name) {
    std::string& path = own_path();
    if (!path.empty()) path.replace(path.rfind('/') + 1, std::string::npos, name);
}

namespace {

// WAY leads from the directory BIN to another of the same tree; PLACE is where that was to be.
std::string along(std::string bin, std::string_view way, const char* place) {
    if (way.starts_with('/')) return std::string(way);
    if (bin.empty()) return place;
    // BIN has no links in it, so that ".." can be taken off by the letter: people read this path in
    // ssh's messages.
    for (; way.starts_with("../"); way.remove_prefix(3)) {
        bin.resize(std::min(bin.rfind('/'), bin.size()));
    }
    return bin + "/" + std::string(way);
}

std::string own_directory() {
    return executable_path().substr(
        0, std::min(executable_path().rfind('/'), executable_path().size()));
}

}  // namespace

std::string libexec_program(std::string_view name) {
    return along(own_directory(), HFSSH_LIBEXEC_FROM_BIN, HFSSH_LIBEXEC) + "/" + std::string(name);
}

std::string data_file(std::string_view name, const std::string& bin) {
    return along(bin.empty() ? own_directory() : bin, HFSSH_DATA_FROM_BIN, HFSSH_DATA) + "/" +
           std::string(name);
}

std::string find_program(std::string_view name) {
    const std::string file(name);
    const auto usable = [](const std::string& path) {
        return is_executable_file(path) && !same_file(path, executable_path());
    };
    if (name.find('/') != std::string_view::npos) return usable(file) ? file : std::string();
    const std::string directories = environment("PATH").value_or("/usr/bin:/bin");
    for (const std::string_view directory : split(directories, ':')) {
        const std::string path = std::string(directory.empty() ? "." : directory) + "/" + file;
        if (usable(path)) return path;
    }
    return {};
}

std::string first_on_path(const std::string& name) {
    if (name.find('/') != std::string::npos) return name;
    const std::string directories = environment("PATH").value_or("/usr/bin:/bin");
    for (const std::string_view directory : split(directories, ':')) {
        std::string file = std::string(directory.empty() ? "." : directory) + "/" + name;
        if (::access(file.c_str(), X_OK) == 0) return file;
    }
    return {};
}

std::string absolute_path(const std::string& path) {
    if (path.empty() || path.starts_with('/')) return path;
    const std::string below = path.starts_with("./") ? path.substr(2) : path;
    std::array<char, PATH_MAX> here = {};
    if (::getcwd(here.data(), here.size()) == nullptr) return "./" + below;
    return std::string(here.data()) + "/" + below;
}

bool same_file(const std::string& a, const std::string& b) {
    struct stat x = {}, y = {};
    return ::stat(a.c_str(), &x) == 0 && ::stat(b.c_str(), &y) == 0 && x.st_dev == y.st_dev &&
           x.st_ino == y.st_ino;
}

std::optional<std::string> environment(const char* name) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') return std::nullopt;
    return value;
}

}  // namespace hfssh::system

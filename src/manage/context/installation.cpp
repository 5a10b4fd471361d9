// Finds the installed files that belong to this manager, and knows those of other installations.
#include "hfssh/manage/context/installation.hpp"

#include <unistd.h>

#include <charconv>

#include "hfssh/manage/context/git.hpp"
#include "hfssh/manage/context/registration.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::manage {
namespace {

std::string directory_of(const std::string& path) {
    const auto slash = path.rfind('/');
    return slash == std::string::npos || slash == 0 ? std::string() : path.substr(0, slash);
}

std::string find_own_program() {
    for (const std::string& path :
         {system::libexec_program("ssh"), directory_of(system::executable_path()) + "/hf-ssh"}) {
        if (::access(path.c_str(), X_OK) == 0) return path;
    }
    throw system::Failure("hf-ssh is not installed next to git-hf-ssh: there is neither " +
                              system::display_path(system::libexec_program("ssh")) + " nor " +
                              system::display_path(system::executable_path()),
                          "start with: install hf-ssh again", system::Code::installation);
}

std::string find_data(const char* name) {
    const std::string own = system::data_file(name);
    const std::string found = system::first_on_path("git-hf-ssh");
    if (found.starts_with('/')) {
        const std::string linked = system::data_file(name, directory_of(found));
        if (system::same_file(linked, own)) return linked;
    }
    return own;
}

constexpr std::string_view git_name = "git version ";
constexpr std::string_view openssh_names[] = {"OpenSSH_for_Windows_", "OpenSSH_"};

// "2.39", whatever follows.
std::optional<Version> read_numbers(std::string_view text) {
    Version version;
    const char* end = text.data() + text.size();
    const auto major = std::from_chars(text.data(), end, version.major);
    if (major.ec != std::errc() || major.ptr == end || *major.ptr != '.') return std::nullopt;
    const auto minor = std::from_chars(major.ptr + 1, end, version.minor);
    if (minor.ec != std::errc() || version.major < 0 || version.minor < 0) return std::nullopt;
    return version;
}

// The text after NAME; nullopt if TEXT begins otherwise.
std::optional<std::string_view> behind(std::string_view text, std::string_view name) {
    if (!text.starts_with(name)) return std::nullopt;
    return text.substr(name.size());
}

std::optional<std::string_view> behind_openssh(std::string_view text) {
    for (const std::string_view name : openssh_names) {
        if (const auto rest = behind(text, name)) return rest;
    }
    return std::nullopt;
}

}  // namespace

Installation find_installation() {
    Installation installation;
    installation.program = find_own_program();
    const std::string pushes = find_data("gitconfig-push");
    if (::access(pushes.c_str(), R_OK) == 0) installation.pushes = pushes;
    const std::string include = find_data("gitconfig");
    if (::access(include.c_str(), R_OK) != 0) {
        installation.reason = "there is no " + system::display_path(include) + " to include";
        return installation;
    }
    const GitAnswer line = ask_git({"config", "--file", include, "--get", "core.sshCommand"});
    const std::string named = line.status == 0 ? read_command(line.output).program : std::string();
    if (!named.empty() && system::same_file(named, installation.program)) {
        installation.include = include;
    } else {
        installation.reason = system::display_path(include) +
                              " names another hf-ssh than this one, which was moved after it was "
                              "installed";
    }
    return installation;
}

bool is_our_include(const std::string& path) {
    return path.ends_with("/share/hf-ssh/gitconfig") ||
           system::same_file(system::expand_tilde(path), system::data_file("gitconfig"));
}

bool is_our_push_include(const std::string& path) {
    return path.ends_with("/share/hf-ssh/gitconfig-push") ||
           system::same_file(system::expand_tilde(path), system::data_file("gitconfig-push"));
}

std::optional<Version> read_git_version(std::string_view text) {
    const auto rest = behind(text, git_name);
    return rest ? read_numbers(*rest) : std::nullopt;
}

std::optional<Version> read_openssh_version(std::string_view text) {
    const auto rest = behind_openssh(text);
    return rest ? read_numbers(*rest) : std::nullopt;
}

std::string_view version_words(std::string_view text) {
    std::string_view rest = text;
    if (const auto git = behind(text, git_name)) rest = *git;
    if (const auto ssh = behind_openssh(text)) rest = *ssh;
    return system::trim(rest.substr(0, rest.find_first_of(",\r\n")));
}

}  // namespace hfssh::manage

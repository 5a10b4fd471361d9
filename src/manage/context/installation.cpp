// Finds the installed files that belong to this manager, and knows those of other installations.
#include "hfssh/manage/context/installation.hpp"

#include <unistd.h>

#include "hfssh/manage/context/git.hpp"
#include "hfssh/manage/context/registration.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"

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
                          "start with: install hf-ssh again");
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

}  // namespace hfssh::manage

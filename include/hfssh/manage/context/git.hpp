#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hfssh/repository/contents.hpp"

// What git is asked: it reads its own configuration best.
namespace hfssh::manage {

struct GitAnswer {
    int status = 0;
    std::string output;  // without the newline at its end
    std::string errors;  // what it said, collected
};

// `git WORDS…` with ENVIRONMENT, half a minute at most. Throws a system::Failure where there is no
// git, or it does not end.
[[nodiscard]] GitAnswer ask_git(std::vector<std::string> words,
                                std::vector<std::string> environment = {});

// Where the repository is; nullopt if there is none. Throws a system::Failure where git cannot use
// the one that is here.
[[nodiscard]] std::optional<repository::Place> repository_here();

// Git's configuration here, and the branch.
[[nodiscard]] repository::GitView view_of_git();
// A message on standard error, with a way out, if libgit2 could not open it.
void tell_if_not_opened(const repository::Contents& contents);

struct Remote {
    std::string name;    // empty for a URL that was named
    std::string url;     // after insteadOf
    bool push = false;   // it is for pushes only
    bool pushed = true;  // a push goes there (too)
};
// Each URL of each remote; those for pushes alone come after the others of their remote. Pure.
[[nodiscard]] std::vector<Remote> each_remote(const std::vector<repository::Remote>& remotes);

// "git remote set-url origin git@hf.co:datasets/acme/corpus", with the old one after it if the
// remote has several. Asks git for these; throws as ask_git() does.
[[nodiscard]] std::string setting_url(const Remote& remote, const std::string& url);

// From here on things are as git hands them to its ssh: none of the variables that name a
// repository or carry `-c`, and the work tree's top as working directory.
void stand_where_git_runs_ssh(const std::optional<repository::Place>& place);

}  // namespace hfssh::manage

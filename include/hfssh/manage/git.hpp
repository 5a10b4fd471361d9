#pragma once

#include <optional>
#include <string>
#include <vector>

// What git is asked: it reads its own configuration best.
namespace hfssh::manage {

struct GitAnswer {
    int status = 0;
    std::string output;  // without the newline at its end
    std::string errors;  // what it said, collected
};

// `git WORDS…`, half a minute at most. Throws a system::Failure where there is no git, or it does
// not end.
[[nodiscard]] GitAnswer ask_git(std::vector<std::string> words);

// The work tree's top, or the bare repository; none where there is no repository here.
[[nodiscard]] std::optional<std::string> repository_here();

struct Remote {
    std::string name;   // empty for a URL that was named
    std::string url;    // after insteadOf
    bool push = false;  // it is for pushes alone
};
// This repository's, the one that `git fetch` would use first.
[[nodiscard]] std::vector<Remote> remotes_here();

// From here on things are as git hands them to its ssh: none of the variables that name a
// repository or carry `-c`, and the work tree's top as working directory.
void stand_where_git_runs_ssh();

}  // namespace hfssh::manage

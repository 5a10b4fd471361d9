#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hfssh/repository/contents.hpp"

// What git is asked: it reads its own configuration best.
namespace hfssh::manage {

struct GitAnswer {
    int status = 0;
    std::string output;  // without the newline at its end
    std::string errors;  // what it said, collected
};

// `git WORDS…` with ENVIRONMENT, half a minute at most. Throws a system::Failure if there is no
// git, or it does not end.
[[nodiscard]] GitAnswer ask_git(std::vector<std::string> words,
                                std::vector<std::string> environment = {});

// Where the repository is; nullopt if there is none. Throws a system::Failure if git cannot use
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

// git's configuration as lines, each with its place. git-config(1).

struct ConfigLine {
    std::string scope;  // "system", "global", "local", "worktree", "command"
    std::string file;   // empty for a line in no file (-c, GIT_CONFIG_COUNT)
    std::string key;    // section and variable in lower case, what is between them as written
    std::string value;  // empty for a key without one
};

// The output of `git config --null --show-scope --show-origin --list`, or --get-regexp, with files
// as git names them. Nullopt if it is truncated. Pure.
[[nodiscard]] std::optional<std::vector<ConfigLine>> read_config_lines(std::string_view output);

// The lines whose key matches PATTERN, a POSIX extended regular expression over keys in lower case,
// in the order in which git reads them: the last one of a key counts. OPTIONS come first:
// {"--global", "--includes"}; without one of them it is what counts here, or in DIRECTORY. Files by
// their absolute path. Throws a system::Failure if git cannot read its configuration.
[[nodiscard]] std::vector<ConfigLine> config_lines(const std::string& pattern,
                                                   const std::vector<std::string>& options = {},
                                                   const std::string& directory = {});

// A regular expression, as git-config(1) takes one, for VALUE and nothing else. Pure.
[[nodiscard]] std::string exact_pattern(std::string_view value);

}  // namespace hfssh::manage

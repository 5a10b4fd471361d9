#pragma once

#include <functional>
#include <string>
#include <vector>

#include "hfssh/repository/configuration.hpp"
#include "hfssh/repository/remotes.hpp"

// What a repository holds, read by libgit2.
//
// git itself says where the repository is, and whether its owner is to be trusted (safe.directory):
// that has been asked before. Of git's configuration libgit2 1.5 passes over includeIf
// "hasconfig:", config.worktree and the GIT_CONFIG_* variables, and there are repositories that it
// does not open at all. In these cases, and in no others, the configuration is what git lists, so
// that a remote is always the one that git would use; what is made of the configuration is the same
// in both.
namespace hfssh::repository {

// Where git found it; see git-rev-parse(1).
struct Place {
    std::string git_directory;  // --absolute-git-dir
    std::string work_tree;      // --show-toplevel; empty where there is none
};

struct Submodule {
    std::string name;
    std::string path;          // below the work tree
    std::string url;           // a relative one resolved, and after insteadOf
    bool initialized = false;  // `git submodule init` has been there
};

// A line of an attribute file that gives paths to git-lfs (gitattributes(5), filter=lfs).
struct LfsPattern {
    std::string pattern;
    std::string file;  // ".gitattributes", "data/.gitattributes", "info/attributes"
};

// An address that git-lfs is told to use in place of the remote's (git-lfs-config(5): lfs.url,
// lfs.pushurl, remote.<name>.lfsurl, remote.<name>.lfspushurl).
struct LfsEndpoint {
    std::string key;   // "lfs.url"
    std::string url;   // after insteadOf
    std::string file;  // ".lfsconfig"; empty: git's configuration
};

struct Contents {
    Place place;
    std::vector<Remote> remotes;  // the one that `git fetch` uses first in front

    // Why libgit2 could not open the repository, for a person ("it has SHA-256 objects"). Then what
    // is below is not known. Empty where it could.
    std::string not_opened;

    bool bare = false;
    bool linked = false;                // a work tree of git-worktree(1)
    bool detached = false;              // HEAD is no branch
    bool unborn = false;                // HEAD is a branch without a commit
    std::vector<Submodule> submodules;  // none in a bare one
    std::vector<LfsPattern> lfs_patterns;
    std::vector<LfsEndpoint> lfs_endpoints;
    [[nodiscard]] bool uses_lfs() const { return !lfs_patterns.empty(); }
};

// What git says where libgit2's word is not to be relied on.
struct GitView {
    Configuration configuration;  // `git config --null --list`
    std::string branch;           // `git symbolic-ref --short HEAD`; empty: none
};

// ASK_GIT is called only in the cases above; what it throws is thrown. A system::Failure where
// libgit2 does not start.
[[nodiscard]] Contents read_contents(const Place& place, const std::function<GitView()>& ask_git);

}  // namespace hfssh::repository

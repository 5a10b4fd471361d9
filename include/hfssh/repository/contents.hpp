#pragma once

#include <string>
#include <vector>

#include "hfssh/repository/configuration.hpp"
#include "hfssh/repository/remotes.hpp"

// What a repository holds, read by libgit2; only the verbs that report on it ask for it.
//
// git itself has been asked where the repository is, whether its owner is trusted (safe.directory),
// and for its configuration: of that, libgit2 1.5 ignores includeIf "hasconfig:", config.worktree
// and the GIT_CONFIG_* variables. Some repositories libgit2 cannot open at all.
namespace hfssh::repository {

// Where git found it; see git-rev-parse(1).
struct Place {
    std::string git_directory;  // --absolute-git-dir
    std::string work_tree;      // --show-toplevel; empty if there is none
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

// An address that git-lfs has to use in place of the remote's (git-lfs-config(5): lfs.url,
// lfs.pushurl, remote.<name>.lfsurl, remote.<name>.lfspushurl).
struct LfsEndpoint {
    std::string key;   // "lfs.url"
    std::string url;   // after insteadOf
    std::string file;  // ".lfsconfig"; empty: git's configuration
};

struct Contents {
    Place place;

    // Why libgit2 could not open the repository, for the user ("it has SHA-256 objects"). Then the
    // members below are not known. Empty if it could.
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

// What git itself reports of the repository.
struct GitView {
    Configuration configuration;  // `git config --null --list`
    std::string branch;           // `git symbolic-ref --short HEAD`; empty: none
};

// Throws a system::Failure if libgit2 does not start.
[[nodiscard]] Contents read_contents(const Place& place, const GitView& view);

}  // namespace hfssh::repository

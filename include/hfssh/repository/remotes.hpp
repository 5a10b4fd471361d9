#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hfssh/repository/configuration.hpp"

namespace hfssh::repository {

// `git remote get-url --all NAME`, and the same with --push. libgit2's own git_remote_url() knows
// one URL of several, and no pushInsteadOf of several; these are read from the configuration, as
// git-config(1), remote.<name>.url and url.<base>.insteadOf, says.
struct Remote {
    std::string name;
    std::vector<std::string> urls;       // after insteadOf; none if only other things are set
    std::vector<std::string> push_urls;  // pushurl after insteadOf, or url after pushInsteadOf
};

// Those of CONFIGURATION, in its order, but the one that BRANCH ("main"; empty: none) is fetched
// from first. Pure.
[[nodiscard]] std::vector<Remote> remotes_of(const Configuration& configuration,
                                             std::string_view branch);

// The remote that `git fetch` uses on BRANCH. Pure.
[[nodiscard]] std::string default_remote(const Configuration& configuration,
                                         std::string_view branch);

// URL after url.<base>.insteadOf: of those that fit the longest. Pure.
[[nodiscard]] std::string rewrite(const Configuration& configuration, std::string_view url);

// A submodule's "../other" as seen from the superproject's remote URL, as git-submodule(1) does it;
// what does not begin with "./" or "../" stays as it is. Empty if there is nothing left to go up
// from. Pure.
[[nodiscard]] std::string resolve_relative(std::string_view remote_url, std::string_view url);

}  // namespace hfssh::repository

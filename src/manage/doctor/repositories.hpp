#pragma once

#include <string>
#include <vector>

#include "doctor.hpp"
#include "hfssh/manage/context/git_url.hpp"

// Between the two halves of check_remotes(): what can be told from a URL, and what hf.co says.
namespace hfssh::manage {

// A remote that leads to hf.co over SSH.
struct HubRemote {
    Remote remote;
    GitUrl url;
    // Of PATH, through the same name: an alias may stand for another account.
    [[nodiscard]] std::string address(const std::string& path) const;
};

// Asks hf.co, a few side by side, whether it serves these repositories; where it does not, whether
// there is one of that name among datasets or Spaces. FIRST comes before what is found.
[[nodiscard]] PendingChecks ask_for_repositories(const Situation& situation, Checks first,
                                                 const std::vector<HubRemote>& remotes);

}  // namespace hfssh::manage

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hfssh::repository {

// The patterns that TEXT, a file of gitattributes(5), gives to git-lfs (filter=lfs), in its order;
// those it gives by a macro ("[attr]big filter=lfs") too. Pure.
[[nodiscard]] std::vector<std::string> lfs_patterns(std::string_view text);

}  // namespace hfssh::repository

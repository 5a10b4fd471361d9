#pragma once

#include <vector>

#include "handles.hpp"
#include "hfssh/repository/contents.hpp"

namespace hfssh::repository {

// Of the attribute files in the index (in a bare repository: in HEAD), of the one at the work
// tree's top, and of info/attributes.
[[nodiscard]] std::vector<LfsPattern> read_lfs_patterns(git_repository* repository,
                                                        const Place& place);

// Of .lfsconfig and of CONFIGURATION.
[[nodiscard]] std::vector<LfsEndpoint> read_lfs_endpoints(const Place& place,
                                                          const Configuration& configuration);

}  // namespace hfssh::repository

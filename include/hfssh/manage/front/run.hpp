#pragma once

#include <string>
#include <vector>

namespace hfssh::manage {

// The manager, from the words after "git hf-ssh" to the exit status.
[[nodiscard]] int run(const std::vector<std::string>& words);

}  // namespace hfssh::manage

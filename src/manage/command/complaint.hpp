#pragma once

#include <string>
#include <vector>

#include "hfssh/manage/command/options.hpp"

namespace hfssh::manage {

// What is wrong with a command line, and the option that was probably meant: "--for needs a value:
// PATTERN", "there is no option --offlin" with the hint "did you mean: --offline". An empty message
// where nothing is. Pure.
[[nodiscard]] UsageError complaint(const std::vector<Declared>& declared,
                                   const std::vector<std::string>& words);

}  // namespace hfssh::manage

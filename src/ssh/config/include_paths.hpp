#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hfssh/ssh/config/files.hpp"

namespace hfssh::ssh {

struct IncludePaths {
    bool known = true;  // false: a variable or token that only ssh can expand, or glob(3) failed
    std::vector<std::string> found;
};

// The files that one argument of an Include line in the file FROM means: "~", relative names,
// glob(7) patterns. OpenSSH expands ${VARIABLE} and %-tokens here from 9.9 on and takes them
// literally before: both readings are followed.
[[nodiscard]] IncludePaths include_paths(const std::string& argument, const ConfigFile& from,
                                         std::string_view destination);

}  // namespace hfssh::ssh

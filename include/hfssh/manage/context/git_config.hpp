#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// git's configuration as lines, each with its place. git-config(1).
namespace hfssh::manage {

struct ConfigLine {
    std::string scope;  // "system", "global", "local", "worktree", "command"
    std::string file;   // empty for a line in no file (-c, GIT_CONFIG_COUNT)
    std::string key;    // section and variable in lower case, what is between them as written
    std::string value;  // empty for a key without one
};

// The output of `git config --null --show-scope --show-origin --list`, or --get-regexp, with files
// as git names them. None where it is cut. Pure.
[[nodiscard]] std::optional<std::vector<ConfigLine>> read_config_lines(std::string_view output);

// The lines whose key matches PATTERN, a POSIX extended regular expression over keys in lower case,
// in the order in which git reads them: the last one of a key counts. OPTIONS come first:
// {"--global", "--includes"}; without one of them it is what counts here, or in DIRECTORY. Files by
// their whole path. Throws a system::Failure where git cannot read its configuration.
[[nodiscard]] std::vector<ConfigLine> config_lines(const std::string& pattern,
                                                   const std::vector<std::string>& options = {},
                                                   const std::string& directory = {});

// A regular expression, as git-config(1) takes one, for VALUE and nothing else. Pure.
[[nodiscard]] std::string exact_pattern(std::string_view value);

}  // namespace hfssh::manage

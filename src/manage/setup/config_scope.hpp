#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "hfssh/manage/context/git_config.hpp"

namespace hfssh::manage {

// Where setup writes to. git-config(1), FILES.
enum class Scope { system, global, local };

[[nodiscard]] std::string name_of(Scope scope);    // "global"
[[nodiscard]] std::string option_of(Scope scope);  // "--global"
// "for this user", in a sentence
[[nodiscard]] std::string words_for(Scope scope);

// Where the links of PATH lead, also to a file that does not exist: what git, too, writes to.
// Throws a system::Failure where they lead round in a circle.
[[nodiscard]] std::string resolve_links(std::string path);

// The file that git writes a setting of SCOPE to.
struct ScopeFile {
    std::string path;      // as git names it
    std::string resolved;  // where its links lead, also where that file does not exist
    bool exists = false;
    mode_t mode = 0;
    std::string content;
};

// Throws a system::Failure: no repository here, no home, or what is there is not a regular file, or
// cannot be read.
[[nodiscard]] ScopeFile find_scope_file(Scope scope);
[[nodiscard]] ScopeFile read_scope_file(const std::string& path);

// The file that git reads for SCOPE as well, and wrote to as long as it was the only one:
// ~/.config/git/config beside a ~/.gitconfig. Empty where there is none.
[[nodiscard]] std::string passed_over_file(Scope scope);

// The lines of core.sshCommand that count in SCOPE, those of wider scopes and of included files
// before them; outside of any repository unless SCOPE is `local`.
[[nodiscard]] std::vector<ConfigLine> commands_up_to(Scope scope);

// The lines in FILE itself that setup has to do with, in order: core.sshcommand, include.path,
// includeif.*.path, url.*.pushinsteadof. FILE need not exist.
[[nodiscard]] std::vector<ConfigLine> own_lines(const std::string& file);

}  // namespace hfssh::manage

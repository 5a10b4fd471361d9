#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hfssh/system/unique_fd.hpp"

// The files that git keeps its configuration in, and changes to them. git itself writes them.
namespace hfssh::manage {

// git-config(1), FILES.
enum class Scope { system, global, local };

[[nodiscard]] std::string name_of(Scope scope);    // "global"
[[nodiscard]] std::string option_of(Scope scope);  // "--global"
[[nodiscard]] std::string words_for(Scope scope);  // "for this user", in a sentence

// The file that git writes a setting of SCOPE to.
struct ScopeFile {
    std::string path;      // as git names it
    std::string resolved;  // the target of its links, even if that does not exist
    bool exists = false;
    std::string content;
};

// The target of PATH's links, even if that does not exist: git writes to it, too. Throws a
// system::Failure for a loop.
[[nodiscard]] std::string resolve_links(std::string path);

// Throws a system::Failure if there is no repository here, or no home, or if the path is not a
// regular file (git would replace /dev/null), or cannot be read.
[[nodiscard]] ScopeFile find_scope_file(Scope scope);
[[nodiscard]] ScopeFile read_scope_file(const std::string& path);

// The other file that git reads for SCOPE, which it wrote to while it was the only one:
// ~/.config/git/config next to a ~/.gitconfig. Empty if there is none.
[[nodiscard]] std::string second_file(Scope scope);

// The words of a `git config` that changes something, without the file or scope.
struct ConfigEdit {
    std::vector<std::string> words;
};

// "git config --global core.sshCommand ssh", for a shell. TO is the scope or the file.
[[nodiscard]] std::string command_text(const ConfigEdit& edit, const std::vector<std::string>& to);

// Makes the changes in order. Waits up to ten seconds for git's lock on the file, which another
// git may hold. Returns git's error message, nullopt on success; on failure the edits before the
// failed one have been made.
[[nodiscard]] std::optional<std::string> make_edits(const std::vector<std::string>& to,
                                                    const std::vector<ConfigEdit>& edits);

// While it lives, no other setup or unsetup changes a file in the directory of FILE. Throws a
// system::Failure if another one does not end within ten seconds.
class ConfigTurn {
  public:
    explicit ConfigTurn(const ScopeFile& file);

  private:
    system::UniqueFd directory_;
};

}  // namespace hfssh::manage

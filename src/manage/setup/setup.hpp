#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "hfssh/manage/command/options.hpp"
#include "hfssh/manage/context/config_scope.hpp"

// What the verbs of this room share.
namespace hfssh::manage {

// --system, --global or --local.
class ScopeChoice {
  public:
    explicit ScopeChoice(Options& options);
    // Throws UsageError for two of them.
    [[nodiscard]] Scope get() const;

  private:
    const bool& system_;
    const bool& global_;
    const bool& local_;
};

// Removes a file; false if there was none. Throws a system::Failure.
bool remove_file(const std::string& path);

// Removes the copies of git's configuration that setup kept in its first version, and says so.
void remove_old_copies();

// Prints what a shell's profile needs for programs that read no core.sshCommand. SHELL is the name
// of one, or empty for that of $SHELL. Throws a UsageError for one that is not known.
[[nodiscard]] Status print_environment(const std::string& shell, Report& report);

// On standard error, at a terminal: the one next step for the keys that are here. Without a key it
// offers to make one, and becomes `git hf-ssh keys new --open --wait`.
void offer_next_step();

// The block for plain ssh, and the line that includes it in ~/.ssh/config. Pure.

// For HELPER, libexec/hf-ssh/known-hosts. GSSAPI: this ssh has the GSSAPIKeyExchange of
// distributions, which would verify no host key. Returns nullopt for a path that ssh_config(5)
// cannot hold.
[[nodiscard]] std::optional<std::string> ssh_block(std::string_view helper, bool gssapi);

// Does TEXT begin as a block of ours does, of whatever version?
[[nodiscard]] bool is_ssh_block(std::string_view text);

// CONFIG with the include at its top; unchanged if it has it.
[[nodiscard]] std::string with_include(std::string_view config);

// CONFIG without the lines that with_include() adds; every other line stays as it is.
[[nodiscard]] std::string without_include(std::string_view config);

}  // namespace hfssh::manage

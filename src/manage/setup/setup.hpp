#pragma once

#include <string>

#include "hfssh/manage/command/options.hpp"
#include "hfssh/manage/command/verb.hpp"
#include "hfssh/manage/context/config_scope.hpp"

// What the verbs of this room share.
namespace hfssh::manage {

// --system, --global or --local.
class ScopeChoice {
  public:
    void declare(Options& options);
    // Throws UsageError for two of them.
    [[nodiscard]] Scope get() const;

  private:
    bool system_ = false;
    bool global_ = false;
    bool local_ = false;
};

// Removes the copies of git's configuration that setup kept in its first version, and says so.
void remove_old_copies();

// Prints what a shell's profile needs for programs that read no core.sshCommand. SHELL is the name
// of one, or empty for that of $SHELL. Throws a UsageError for one that is not known.
[[nodiscard]] Status print_environment(const std::string& shell, Report& report);

// On standard error, at a terminal: the one next step for the keys that are here. Without a key it
// offers to make one, and becomes `git hf-ssh keys new --open --wait`.
void offer_next_step();

}  // namespace hfssh::manage

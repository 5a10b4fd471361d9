#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config_scope.hpp"
#include "hfssh/manage/context/installation.hpp"
#include "hfssh/manage/context/registration.hpp"

// What setup and unsetup change of git's configuration, as commands of git's own.
namespace hfssh::manage {

// A line of core.sshCommand, and what its command is.
struct Command {
    ConfigLine line;
    Registration reading;
};

// What is known of a scope before anything is changed.
struct ScopeState {
    Scope scope = Scope::global;
    std::string path;                    // of its file
    std::vector<ConfigLine> own;         // see own_lines()
    std::vector<Command> commands;       // those of `own`
    std::vector<std::string> includes;   // the include.path of `own` that lead to an hf-ssh
    std::optional<Command> effective;    // the one that counts in the scope
    std::optional<std::string> variant;  // GIT_SSH_VARIANT, ssh.variant
};

// FILE is the scope's, or a copy of it; what counts beyond it is asked of git.
[[nodiscard]] ScopeState look_at_scope(Scope scope, const std::string& file);

// `git config SCOPE WORDS…`
struct ConfigEdit {
    std::vector<std::string> words;
};
[[nodiscard]] std::string command_text(const ConfigEdit& edit, const std::vector<std::string>& to);

struct SetupPlan {
    std::vector<ConfigEdit> edits;      // none: everything stands there
    std::optional<std::string> via;     // the former command that is kept
    std::string value;                  // core.sshCommand, where it is written itself
    std::string include;                // include.path, where that is written or stands there
    std::vector<std::string> replaced;  // older hf-ssh that make way
    std::vector<std::string> pushes;    // url.git@hf.co:.pushInsteadOf that are added
};

enum class Form { best, direct };

// Why a former command cannot be kept; none where it can. Pure but for what READING says.
[[nodiscard]] std::optional<std::string> why_not_kept(const Registration& reading,
                                                      const std::optional<std::string>& variant);

// The command that was there before hf-ssh, kept as its --via; none where there was none. Throws a
// system::Failure where it cannot be kept.
[[nodiscard]] std::optional<std::string> former_of(const ScopeState& state);

// Throws a system::Failure where the former command cannot be kept. Form::direct: core.sshCommand
// itself, whatever else would do. Pure.
[[nodiscard]] SetupPlan plan_setup(const ScopeState& state, const Installation& installation,
                                   bool push_over_ssh, Form form);

// Takes away every line of ours; PUSHES are those that setup added. FORMER is put back where a
// --via has one. Pure.
[[nodiscard]] std::vector<ConfigEdit> plan_unsetup(const ScopeState& state,
                                                   const std::vector<std::string>& pushes,
                                                   bool former_was_here);

// The value of core.sshCommand for PROGRAM in front of VIA. Pure.
[[nodiscard]] std::string command_for_git(const std::string& program,
                                          const std::optional<std::string>& via);

}  // namespace hfssh::manage

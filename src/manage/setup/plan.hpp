#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "hfssh/manage/context/config_scope.hpp"
#include "hfssh/manage/context/registration.hpp"

// Which lines setup and unsetup change, decided from the lines that there are. No copy of anything
// is kept: what unsetup has to know is in the configuration itself.
namespace hfssh::manage {

// A core.sshCommand, and what its command is.
struct Command {
    ConfigLine line;
    Registration reading;
    bool own = false;  // the line is in the file of the scope itself
};

// What is known of a scope before anything is changed.
struct ScopeState {
    Scope scope = Scope::global;
    std::vector<ConfigLine> own;         // the lines of its file that matter, see own_lines()
    std::vector<Command> commands;       // the core.sshCommand among them
    std::vector<Command> all;            // core.sshCommand here, in wider scopes, in includes
    std::vector<std::string> includes;   // the include.path among `own` that lead to an hf-ssh
    std::optional<Command> effective;    // the command that counts in the scope
    std::optional<std::string> variant;  // GIT_SSH_VARIANT, ssh.variant
    bool npm_blind = false;              // npm reads the file, and finds no command in it
};

// Does npm read PATH, and find no core.sshCommand in its TEXT?
[[nodiscard]] bool is_npm_blind(const std::string& path, std::string_view text);

// FILE is the scope's.
[[nodiscard]] ScopeState look_at_scope(Scope scope, const std::string& file);

// The lines in FILE itself that setup has to do with, in order: core.sshcommand, include.path and
// includeif.*.path. FILE need not exist.
[[nodiscard]] std::vector<ConfigLine> own_lines(const std::string& file);

// How hf-ssh is registered. git cannot write a line before others, so the forms are tried in this
// order until one has the intended effect.
enum class Form {
    include,       // core.sshCommand = ssh, then include.path
    include_last,  // the same, in sections of their own at the end of the file
    command,       // core.sshCommand names hf-ssh itself
    command_last,  // the same, at the end
};

struct SetupPlan {
    std::vector<ConfigEdit> edits;      // empty: registered already
    std::optional<std::string> via;     // the former command
    std::string value;                  // the core.sshCommand that is written; "ssh" with `include`
    std::string include;                // the include.path that is written
    std::vector<std::string> replaced;  // older registrations of hf-ssh that are taken away
    bool pushes = false;                // the include of --push-over-ssh is added
};

// Why a former command cannot be kept as --via; nullopt if it can. VARIANT is ssh.variant. Pure.
[[nodiscard]] std::optional<std::string> why_not_kept(const Registration& reading,
                                                      const std::optional<std::string>& variant);

// Why the ssh that COMMAND or the file PROGRAM runs cannot run a program of this system, which
// KnownHostsCommand is: ssh.exe, or one in a container or outside of one. nullopt if nothing speaks
// against it.
[[nodiscard]] std::optional<std::string> runs_elsewhere(const std::string& command);
[[nodiscard]] std::optional<std::string> program_runs_elsewhere(const std::string& program);

// The command that was in effect before hf-ssh, to be kept as its --via; nullopt if there was none.
// Throws a system::Failure if it cannot be kept.
[[nodiscard]] std::optional<std::string> former_of(const ScopeState& state);

// Throws a system::Failure if the former command cannot be kept. Pure.
[[nodiscard]] SetupPlan plan_setup(const ScopeState& state, const Installation& installation,
                                   bool push_over_ssh, Form form);

// Takes away every line of ours, and puts back the command of a --via unless it goes on counting
// from elsewhere. Pure.
[[nodiscard]] std::vector<ConfigEdit> plan_unsetup(const ScopeState& state);

// The command that the own lines of a file add up to, and the includeIf among them that set another
// one: those before our line would not count any more, those after it count in their directories.
struct Effect {
    std::string command;
    std::vector<ConfigLine> hidden;
    std::vector<ConfigLine> apart;
    bool npm_blind = false;
};
// COMMAND_OF gives the core.sshCommand of an included file, empty if it has none.
[[nodiscard]] Effect effect_of(
    const std::vector<ConfigLine>& lines,
    const std::function<std::string(const std::string& include_path)>& command_of);

// The value of core.sshCommand for PROGRAM with VIA. Pure.
[[nodiscard]] std::string command_for_git(const std::string& program,
                                          const std::optional<std::string>& via);

}  // namespace hfssh::manage

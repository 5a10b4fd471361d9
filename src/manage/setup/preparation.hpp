#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config_trial.hpp"
#include "hfssh/manage/report/report.hpp"
#include "hfssh/manage/setup/overrides.hpp"
#include "record.hpp"
#include "registering.hpp"

namespace hfssh::manage {

// Everything that setup is to do, before any of it is done.
struct SetupPreparation {
    ScopeFile file;
    ScopeState state;
    Installation installation;
    SetupPlan plan;
    std::string after;  // the file's content
    Neighbours neighbours;
    std::optional<AddedHostKeys> host_keys;

    [[nodiscard]] bool registers() const { return !plan.value.empty() || !plan.include.empty(); }
    [[nodiscard]] bool changes() const { return !plan.edits.empty() || host_keys; }
};

// Throws a system::Failure where hf-ssh cannot be registered without a loss: a former command that
// cannot be kept, or one for some directories that would not count any more.
[[nodiscard]] SetupPreparation prepare_setup(Scope scope, bool push_over_ssh, bool known_hosts);

// What the file would need, in the words of git's configuration; quoted by git itself.
[[nodiscard]] std::string lines_to_add(const SetupPlan& plan);

// What setup has done to git's configuration; with DRY_RUN nothing but the commands, for a shell to
// read.
void describe_setup(const SetupPreparation& made, bool dry_run, Report& report);
// Likewise to known_hosts.
void describe_host_keys(const SetupPreparation& made, Report& report);

// For a program; a person gets a warning for each.
[[nodiscard]] Json tell_of_overrides(const std::vector<Override>& overrides);

}  // namespace hfssh::manage

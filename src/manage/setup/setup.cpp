#include <unistd.h>

#include <memory>

#include "hfssh/manage/command/verb.hpp"
#include "hfssh/system/encode.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/signal_watch.hpp"
#include "next_step.hpp"
#include "plain_known_hosts.hpp"
#include "preparation.hpp"
#include "scope_choice.hpp"

namespace hfssh::manage {
namespace {

using system::Failure;
using system::printable;

struct Wishes {
    ScopeChoice scope;
    bool dry_run = false;
    bool push_over_ssh = false;
    bool known_hosts = false;
    bool print_env = false;
};

bool is_managed_by_nix(const ScopeFile& file) {
    return file.resolved.starts_with("/nix/") ||
           resolve_links(file.path).find("/nix/store/") != std::string::npos;
}

[[noreturn]] void refuse_unwritable(const SetupPreparation& made, const std::string& problem) {
    std::string hint =
        "add to " + printable(made.file.path) + " yourself:\n" + lines_to_add(made.plan);
    if (is_managed_by_nix(made.file)) {
        hint +=
            "\nwith home-manager, these go into programs.git.extraConfig (an include: "
            "programs.git.includes)";
    } else if (made.state.scope == Scope::system && ::geteuid() != 0) {
        hint += "\nor as root: sudo git hf-ssh setup --system";
    }
    throw Failure("git could not write " + system::display_path(made.file.path) + ": " + problem,
                  hint);
}

// Lines that an earlier setup added go with those of this one.
AddedHostKeys with_earlier(AddedHostKeys keys, const std::optional<AddedHostKeys>& earlier) {
    if (!earlier || earlier->file != keys.file) return keys;
    keys.added = earlier->added + keys.added;
    keys.existed = earlier->existed;
    keys.made_directory = keys.made_directory || earlier->made_directory;
    return keys;
}

// What unsetup is to put back. Where the file is as an earlier setup left it, that is what was
// before that one; where hf-ssh stood in it by other means, there is no good earlier state.
SetupRecord record_of(const SetupPreparation& made, const SetupRecords& records) {
    SetupRecord record;
    record.scope = made.state.scope;
    record.file = made.file.resolved;
    record.existed = made.file.exists;
    record.after = system::fingerprint(made.after);
    const auto& effective = made.state.effective;
    record.former_was_here = effective && system::same_file(effective->line.file, made.file.path);
    const auto earlier = records.find(record.scope, record.file);
    bool ours_before = !made.state.includes.empty();
    for (const Command& command : made.state.commands) {
        ours_before = ours_before || !command.reading.program.empty();
    }
    if (earlier) {
        record.pushes = earlier->pushes;
        record.host_keys = earlier->host_keys;
        if (ours_before) record.former_was_here = earlier->former_was_here;
    }
    if (earlier && made.file.exists && earlier->after == system::fingerprint(made.file.content)) {
        record.existed = earlier->existed;
        record.before = earlier->before;
    } else if (!ours_before) {
        record.before = made.file.content;
    }
    record.pushes.insert(record.pushes.end(), made.plan.pushes.begin(), made.plan.pushes.end());
    if (made.host_keys) record.host_keys = with_earlier(*made.host_keys, record.host_keys);
    return record;
}

void change_configuration(const SetupPreparation& made, const SetupRecords& records) {
    const auto earlier = records.find(made.state.scope, made.file.resolved);
    if (!records.save(record_of(made, records))) {
        system::say("warning: no copy of " + system::display_path(made.file.path) +
                    " could be kept in " + system::display_path(system::state_directory()) +
                    ": git hf-ssh unsetup will take away its own lines alone");
    }
    if (const auto problem = make_edits({option_of(made.state.scope)}, made.plan.edits)) {
        if (find_scope_file(made.state.scope).content == made.file.content) {
            records.remove(made.state.scope, made.file.resolved);
            if (earlier) (void)records.save(*earlier);
        }
        refuse_unwritable(made, *problem);
    }
}

void carry_out(const SetupPreparation& made, const SetupRecords& records, Report& report) {
    if (made.changes()) change_configuration(made, records);
    if (made.plan.edits.empty() && made.host_keys) {
        add_known_hosts(*made.host_keys);  // the first change: if it fails there is none to tell of
        describe_setup(made, false, report);
        describe_host_keys(made, report);
        return;
    }
    describe_setup(made, false, report);
    if (!made.host_keys) return;
    add_known_hosts(*made.host_keys);
    describe_host_keys(made, report);
}

// What GIT_SSH_COMMAND is to be for a program that reads nothing else.
Status print_environment(Report& report) {
    const Installation installation = find_installation();
    const auto set = system::environment("GIT_SSH_COMMAND");
    ScopeState state = look_at_scope(Scope::global, find_scope_file(Scope::global).path);
    if (set) {
        state.effective = Command{{"environment", "", "GIT_SSH_COMMAND", *set}, read_command(*set)};
    }
    const std::string value = command_for_git(installation.program, former_of(state));
    const std::string line = "export GIT_SSH_COMMAND=" + system::shell_word(value);
    report.whole()
        .heading(line, Tone::plain)
        .json("variable", "GIT_SSH_COMMAND")
        .json("value", value)
        .json("line", line);
    return Status::yes;
}

Status run_setup(const Wishes& wishes, Report& report) {
    system::speak_for("hf-ssh");
    if (wishes.print_env) {
        if (wishes.dry_run || wishes.push_over_ssh || wishes.known_hosts) {
            throw UsageError{
                "--print-env changes nothing, so it goes with none of --dry-run, "
                "--push-over-ssh and --known-hosts"};
        }
        return print_environment(report);
    }
    {
        const system::SignalWatch signals;  // what is begun is ended
        const SetupRecords records;
        const SetupPreparation made =
            prepare_setup(wishes.scope.get(), wishes.push_over_ssh, wishes.known_hosts);
        if (!wishes.dry_run) {
            carry_out(made, records, report);
        } else {
            describe_setup(made, true, report);
            describe_host_keys(made, report);
        }
    }
    if (wishes.dry_run) return Status::yes;
    report.whole().json("overrides", tell_of_overrides(find_overrides()));
    if (::isatty(STDOUT_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1) {
        report.afterwards(tell_next_step);
    }
    return Status::yes;
}

}  // namespace

Action setup(Options& options) {
    const auto wishes = std::make_shared<Wishes>();
    wishes->scope.declare(options);
    options.flag("--dry-run", wishes->dry_run, "print the commands that would be run, and stop");
    options.flag("--push-over-ssh", wishes->push_over_ssh,
                 "clones over https push over ssh (pushInsteadOf)");
    options.flag("--known-hosts", wishes->known_hosts,
                 "the published host keys for plain ssh, too");
    options.flag("--print-env", wishes->print_env,
                 "print a GIT_SSH_COMMAND for programs that read\nonly the environment, and stop");
    return [wishes](Report& report) { return run_setup(*wishes, report); };
}

}  // namespace hfssh::manage

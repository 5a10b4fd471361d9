#include <unistd.h>

#include <memory>

#include "hfssh/manage/config_trial.hpp"
#include "hfssh/manage/next_step.hpp"
#include "hfssh/manage/overrides.hpp"
#include "hfssh/manage/plain_known_hosts.hpp"
#include "hfssh/manage/registering.hpp"
#include "hfssh/manage/scope_choice.hpp"
#include "hfssh/manage/setup_record.hpp"
#include "hfssh/manage/verb.hpp"
#include "hfssh/system/encode.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/signal_watch.hpp"
#include "hfssh/system/text.hpp"

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

// Everything that is to be done, before any of it is.
struct Preparation {
    ScopeFile file;
    ScopeState state;
    Installation installation;
    SetupPlan plan;
    std::string after;  // the file's content
    Neighbours neighbours;
    std::optional<AddedHostKeys> host_keys;
};

std::optional<std::string> content_of(const ScopeFile& file) {
    return file.exists ? std::optional(file.content) : std::nullopt;
}

bool registers(const SetupPlan& plan) {
    return !plan.value.empty() || !plan.include.empty();
}

// The lines as they stand in a file that has nothing else, quoted by git itself.
std::string lines_to_add(const SetupPlan& plan) {
    std::vector<ConfigEdit> edits;
    if (!plan.value.empty()) edits.push_back({{"core.sshCommand", plan.value}});
    if (!plan.include.empty()) edits.push_back({{"include.path", plan.include}});
    for (const std::string& page : plan.pushes) {
        edits.push_back({{"--add", "url.git@hf.co:.pushInsteadOf", page}});
    }
    std::string text = try_edits(std::nullopt, edits);
    while (text.ends_with('\n'))
        text.pop_back();
    return text;
}

void plan_in(Form form, bool push_over_ssh, Preparation& made) {
    made.plan = plan_setup(made.state, made.installation, push_over_ssh, form);
    made.after = try_edits(content_of(made.file), made.plan.edits);
    made.neighbours = {};
    if (registers(made.plan)) {
        made.neighbours = find_neighbours(made.after, made.file.path, made.plan);
    }
}

// git has no way to put a line in front of others.
[[noreturn]] void refuse_place(const Preparation& made) {
    const bool hides = !made.neighbours.hidden.empty();
    const ConfigLine& line = hides ? made.neighbours.hidden.front() : made.neighbours.later.front();
    const std::string file = system::display_path(made.file.path);
    if (!hides) {
        throw Failure(file + " includes " + system::display_path(line.file) +
                          " at its end, whose core.sshCommand would count instead of hf-ssh",
                      "nothing was changed; put in front of that command: " +
                          printable(command_for_git(made.installation.program, std::nullopt)) +
                          " --via");
    }
    throw Failure(file + " has the core.sshCommand of " + system::display_path(line.file) +
                      " for some directories (" + printable(line.key) +
                      "), and it would not count any more behind hf-ssh",
                  "nothing was changed; put this at the beginning of " + file + ":\n" +
                      lines_to_add(made.plan));
}

Preparation prepare(const Wishes& wishes) {
    Preparation made;
    const Scope scope = wishes.scope.get();
    made.installation = find_installation();
    made.file = find_scope_file(scope);
    made.state = look_at_scope(scope, made.file.path);
    plan_in(Form::best, wishes.push_over_ssh, made);
    const auto misplaced = [&] {
        return !made.neighbours.hidden.empty() || !made.neighbours.later.empty();
    };
    if (misplaced()) plan_in(Form::direct, wishes.push_over_ssh, made);
    if (misplaced()) refuse_place(made);
    if (wishes.known_hosts) made.host_keys = plan_known_hosts();
    return made;
}

bool is_managed_by_nix(const ScopeFile& file) {
    return file.resolved.starts_with("/nix/") ||
           resolve_links(file.path).find("/nix/store/") != std::string::npos;
}

[[noreturn]] void refuse_unwritable(const Preparation& made, const std::string& problem) {
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

// What unsetup is to put back. Where the file is as an earlier setup left it, that is what was
// before that one; where hf-ssh stood in it by other means, there is no good earlier state.
SetupRecord record_of(const Preparation& made, const SetupRecords& records) {
    SetupRecord record;
    record.scope = made.state.scope;
    record.file = made.file.resolved;
    record.existed = made.file.exists;
    record.after = system::fingerprint(made.after);
    const auto& effective = made.state.effective;
    record.former_was_here = effective && effective->line.file == made.file.path;
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
    if (made.host_keys) record.host_keys = made.host_keys;
    return record;
}

void carry_out(const Preparation& made, const SetupRecords& records) {
    if (made.plan.edits.empty() && !made.host_keys) return;
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
    if (made.host_keys) add_known_hosts(*made.host_keys);
}

std::string append_command(const AddedHostKeys& keys) {
    std::string text = "printf '%s\\n'";
    for (const std::string_view line : system::lines(keys.added)) {
        text += " " + system::shell_quote(line);
    }
    return text + " >>" + system::shell_quote(keys.file);
}

void describe_changes(const Preparation& made, Report& report) {
    report.empty_list("changes");
    for (const ConfigEdit& edit : made.plan.edits) {
        const std::string command = command_text(edit, {option_of(made.state.scope)});
        report.add("changes")
            .heading(printable(command), Tone::plain)
            .json("file", made.file.path)
            .json("command", command);
    }
    if (!made.host_keys) return;
    if (made.host_keys->made_directory) {
        const std::string directory =
            made.host_keys->file.substr(0, made.host_keys->file.rfind('/'));
        const std::string command = "mkdir -m 700 " + system::shell_quote(directory);
        report.add("changes")
            .heading(printable(command), Tone::plain)
            .json("file", directory)
            .json("command", command);
    }
    const std::string command = append_command(*made.host_keys);
    report.add("changes")
        .heading(printable(command), Tone::plain)
        .json("file", made.host_keys->file)
        .json("command", command);
}

void describe(const Preparation& made, const Wishes& wishes, Report& report) {
    const Scope scope = made.state.scope;
    const SetupPlan& plan = made.plan;
    const bool changed = !plan.edits.empty() || made.host_keys;
    Record& whole = report.whole();
    whole.json("scope", name_of(scope)).json("dry_run", wishes.dry_run).json("changed", changed);
    if (wishes.dry_run) {  // nothing but the commands, for a shell to read
        whole.json("file", made.file.path).json("program", made.installation.program);
        whole.json("via", plan.via ? Json(*plan.via) : Json());
        whole.json("replaced", plan.replaced);
        if (!changed) system::say("there is nothing to change");
        return describe_changes(made, report);
    }
    whole.heading(std::string("hf-ssh is ") + (registers(plan) ? "now " : "") + "git's ssh " +
                      words_for(scope) + (registers(plan) ? "" : " already"),
                  Tone::good);
    whole.add({"file", "file", made.file.path, system::display_path(made.file.path), Tone::plain});
    whole.add({"program", "program", made.installation.program,
               system::display_path(made.installation.program), Tone::plain});
    whole.add({"via", plan.via ? "in front of" : "", plan.via ? Json(*plan.via) : Json(),
               plan.via ? printable(*plan.via) : "", Tone::plain});
    std::string replaced;
    for (const std::string& old : plan.replaced)
        replaced += printable(old) + "\n";
    whole.add(
        {"replaced", replaced.empty() ? "" : "instead of", plan.replaced, replaced, Tone::plain});
    if (!plan.value.empty() && scope != Scope::local && !made.installation.reason.empty()) {
        whole.add("note", "note",
                  made.installation.reason +
                      ", so core.sshCommand names this hf-ssh itself: run git "
                      "hf-ssh unsetup before it is removed");
    }
    describe_changes(made, report);
}

Json describe_overrides(const std::vector<Override>& overrides) {
    Json list = Json::array();
    for (const Override& override : overrides) {
        list.push_back({{"name", override.name},
                        {"value", override.value},
                        {"scope", override.scope},
                        {"file", override.file.empty() ? Json() : Json(override.file)},
                        {"text", override.text},
                        {"remedy", override.remedy}});
        system::say("warning: " + override.text);
        system::hint(override.remedy);
    }
    return list;
}

void warn_of_places_apart(const Preparation& made) {
    for (const ConfigLine& line : made.neighbours.apart) {
        system::say("warning: for some directories (" + printable(line.key) +
                    ") core.sshCommand of " + system::display_path(line.file) + " counts instead");
    }
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
    const std::string line = "export GIT_SSH_COMMAND=" + system::shell_quote(value);
    report.whole()
        .heading(line, Tone::plain)
        .json("variable", "GIT_SSH_COMMAND")
        .json("value", value)
        .json("line", line);
    return Status::yes;
}

Status run_setup(const Wishes& wishes, Report& report) {
    system::speak_for("hf-ssh");
    if (wishes.print_env) return print_environment(report);
    {
        const system::SignalWatch signals;  // what is begun is ended
        const SetupRecords records;
        const Preparation made = prepare(wishes);
        if (!wishes.dry_run) carry_out(made, records);
        describe(made, wishes, report);
        warn_of_places_apart(made);
    }
    if (wishes.dry_run) return Status::yes;
    report.whole().json("overrides", describe_overrides(find_overrides()));
    if (::isatty(STDOUT_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1) tell_next_step();
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

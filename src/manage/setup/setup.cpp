// git hf-ssh setup: registers hf-ssh as git's ssh. Each change is tried on a copy first, because
// git alone knows where in a file it puts a line; then it is made, and git is asked what counts.
#include "setup.hpp"

#include <unistd.h>

#include "hfssh/manage/context/git.hpp"
#include "hfssh/manage/setup/overrides.hpp"
#include "hfssh/ssh/words/underlying.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/signal_watch.hpp"
#include "hfssh/system/temporary_directory.hpp"
#include "hfssh/system/text.hpp"
#include "plan.hpp"

namespace hfssh::manage {
namespace {

using system::Failure;
using system::printable;

struct Wishes {
    ScopeChoice scope;
    const bool& dry_run;
    const bool& push_over_ssh;
    const bool& print_env;
    const std::optional<std::string>& shell;
    const bool& verbose;
};

// Everything that setup is about to do.
struct Prepared {
    ScopeFile file;
    ScopeState state;
    Installation installation;
    SetupPlan plan;
    Effect effect;

    [[nodiscard]] bool registers() const { return !plan.value.empty(); }
    [[nodiscard]] std::vector<std::string> to() const { return {option_of(state.scope)}; }
};

// include.path, as git reads it in FILE.
std::string included_path(const std::string& value, const std::string& file) {
    const std::string path = system::expand_tilde(value);
    return path.starts_with('/') ? path : file.substr(0, file.rfind('/') + 1) + path;
}

std::string command_in(const std::string& path) {
    if (::access(path.c_str(), R_OK) != 0) return {};
    return ask_git({"config", "--file", path, "--includes", "--get", "core.sshCommand"}).output;
}

// The file as it will be, in memory and for a moment.
class Trial {
  public:
    explicit Trial(const ScopeFile* file, const std::vector<ConfigEdit>& edits) {
        path_ = file != nullptr && file->exists
                    ? directory_.write("config", file->content)
                    : (directory_.path().empty() ? "" : directory_.path() + "/config");
        if (path_.empty()) throw Failure("cannot create a temporary file", {}, system::Code::file);
        if (const auto problem = make_edits({"--file", path_}, edits)) {
            throw Failure("git cannot change a copy of its configuration: " + *problem, {},
                          system::Code::git);
        }
    }
    [[nodiscard]] const std::string& path() const { return path_; }

  private:
    system::TemporaryDirectory directory_;
    std::string path_;
};

Effect try_plan(const Prepared& made) {
    const Trial trial(&made.file, made.plan.edits);
    const std::string scope = name_of(made.state.scope);
    const auto command_of = [&](const std::string& value) -> std::string {
        const std::string path = included_path(value, made.file.path);
        std::string command = command_in(path);
        if (command.empty() || value == made.plan.include) return command;
        const Registration reading = read_command(ConfigLine{scope, path, {}, command});
        // One that runs hf-ssh itself may count in its place.
        const bool ours = reading.kind == Registration::Kind::hf_ssh && !reading.via;
        return ours ? std::string() : command;
    };
    Effect effect = effect_of(own_lines(trial.path()), command_of);
    effect.npm_blind = is_npm_blind(made.file.path, read_scope_file(trial.path()).content);
    return effect;
}

std::string lines_to_add(const SetupPlan& plan) {
    std::vector<ConfigEdit> edits;
    if (!plan.value.empty()) edits.push_back({{"core.sshCommand", plan.value}});
    if (!plan.include.empty()) edits.push_back({{"include.path", plan.include}});
    const Trial trial(nullptr, edits);
    return std::string(system::trim(read_scope_file(trial.path()).content));
}

[[noreturn]] void refuse_place(const Prepared& made) {
    const std::string file = system::display_path(made.file.path);
    if (made.effect.hidden.empty()) {
        throw Failure("whatever is added to " + file + ", git would run " +
                          printable(made.effect.command) + " instead of hf-ssh",
                      "nothing was changed; put before that command: " +
                          printable(command_for_git(made.installation.program, std::nullopt)) +
                          " --via",
                      system::Code::git);
    }
    const ConfigLine& line = made.effect.hidden.front();
    throw Failure(file + " has a core.sshCommand for some directories (" + printable(line.key) +
                      " = " + printable(line.value) + "), which would lose its effect after hf-ssh",
                  "nothing was changed; put this at the beginning of " + file + ":\n" +
                      lines_to_add(made.plan),
                  system::Code::git);
}

// Without a former command, ssh is the one on PATH, or HF_SSH_COMMAND.
void require_ssh_here() {
    const auto native = ask_git({"config", "--get", "hf-ssh.transport"});
    if (native.output == "native") return;
    const ssh::Underlying found = ssh::find_underlying(std::nullopt);
    std::string command = found.program;
    for (const std::string& word : found.launcher)
        command += " " + word;
    auto reason = runs_elsewhere(command);
    if (!reason) reason = program_runs_elsewhere(found.program);
    if (!reason) return;
    throw Failure("the ssh here is " + system::display_path(found.program) + ", and " + *reason +
                      ", so it cannot run hf-ssh's check of the host key",
                  "nothing was changed; install OpenSSH in this system, or use hf-ssh's own "
                  "transport: git config --global hf-ssh.transport native",
                  system::Code::no_ssh);
}

// unsetup reads the former command out of our own.
void require_way_back(const Prepared& made) {
    if (!made.plan.via) return;
    const ConfigLine line{name_of(made.state.scope), made.file.path, {}, made.plan.value};
    if (read_command(line).via == made.plan.via) return;
    throw Failure(
        "core.sshCommand is " + printable(*made.plan.via) + ", and unsetup could not put it back",
        "nothing was changed; put that command into a script and name the script",
        system::Code::git);
}

Prepared prepare(ScopeFile file, Scope scope, bool push_over_ssh) {
    Prepared made;
    made.installation = find_installation();
    made.file = std::move(file);
    made.state = look_at_scope(scope, made.file.path);
    for (const Form form : {Form::include, Form::include_last, Form::command, Form::command_last}) {
        made.plan = plan_setup(made.state, made.installation, push_over_ssh, form);
        if (!made.registers()) return made;
        made.effect = try_plan(made);
        const std::string expected =
            made.plan.include.empty() ? made.plan.value : command_in(made.plan.include);
        if (made.effect.command == expected && made.effect.hidden.empty() &&
            !made.effect.npm_blind) {
            if (!made.plan.via) require_ssh_here();
            require_way_back(made);
            return made;
        }
    }
    refuse_place(made);
}

[[noreturn]] void refuse_unwritable(const Prepared& made, const std::string& problem) {
    std::string hint = "add to " + printable(made.file.path) + ":\n" + lines_to_add(made.plan);
    if (made.file.resolved.starts_with("/nix/")) {
        hint +=
            "\nwith home-manager, these go into programs.git.extraConfig (an include: "
            "programs.git.includes)";
    } else if (made.state.scope == Scope::system && ::geteuid() != 0) {
        hint += "\nor as root: sudo git hf-ssh setup --system";
    }
    throw Failure("git could not write " + system::display_path(made.file.path) + ": " + problem,
                  hint, system::Code::git);
}

// git has the last word: another file may be read later, or another program have written meanwhile.
void require_effect(const Prepared& made) {
    const ScopeState now = look_at_scope(made.state.scope, made.file.path);
    if (now.effective && now.effective->reading.kind == Registration::Kind::hf_ssh) return;
    const std::string command = now.effective ? now.effective->reading.command : "ssh";
    const std::string file = now.effective ? now.effective->line.file : made.file.path;
    (void)make_edits(made.to(), plan_unsetup(now));
    throw Failure("git would still run " + printable(command) + ", as " +
                      system::display_path(file) + " says; the lines of hf-ssh were taken away",
                  "see what git reads: git config --show-origin --get-all core.sshCommand",
                  system::Code::git);
}

void carry_out(const Prepared& made) {
    if (const auto problem = make_edits(made.to(), made.plan.edits)) {
        refuse_unwritable(made, *problem);
    }
    if (made.registers()) require_effect(made);
}

// git ignores an include that is gone, but not a program that is.
std::string note_on_removal(const Prepared& made) {
    const std::string scope =
        made.state.scope == Scope::global ? "" : " " + option_of(made.state.scope);
    return (made.installation.reason.empty() || made.plan.via ? ""
                                                              : made.installation.reason + "; ") +
           "core.sshCommand names hf-ssh itself: run git hf-ssh unsetup" + scope +
           " before hf-ssh is removed";
}

std::string in_words(const Prepared& made) {
    const SetupPlan& plan = made.plan;
    std::string words;
    if (!plan.include.empty()) {
        words = "core.sshCommand is ssh, then " + system::display_path(plan.include) +
                " is included, which names hf-ssh";
    } else if (!plan.value.empty()) {
        words = "core.sshCommand names hf-ssh";
    }
    if (!plan.pushes) return words;
    return words + (words.empty() ? "" : "\n") + "repositories cloned over https push over ssh";
}

void list_changes(const Prepared& made, bool as_text, Report& report) {
    report.empty_list("changes");
    for (const ConfigEdit& edit : made.plan.edits) {
        const std::string command = command_text(edit, made.to());
        Record& record = report.add("changes");
        if (as_text) record.heading(command, Tone::plain);
        record.json("file", made.file.path).json("command", command);
    }
}

void describe(const Prepared& made, const Wishes& wishes, Report& report) {
    const SetupPlan& plan = made.plan;
    const bool changes = !plan.edits.empty();
    Record& whole = report.whole();
    whole.json("scope", name_of(made.state.scope)).json("dry_run", wishes.dry_run);
    whole.json("changed", changes && !wishes.dry_run);
    const Json via = plan.via ? Json(*plan.via) : Json();
    if (wishes.dry_run) {  // nothing but the commands, for a shell to read
        whole.json("file", made.file.path).json("program", made.installation.program);
        whole.json("via", via).json("replaced", plan.replaced);
        if (!changes) system::say("nothing to change");
        return list_changes(made, true, report);
    }
    whole.heading(std::string("hf-ssh is ") + (made.registers() ? "now " : "") + "git's ssh " +
                      words_for(made.state.scope) + (made.registers() ? "" : " already"),
                  Tone::good);
    whole.add({"file", "file", made.file.path, system::display_path(made.file.path)});
    if (changes) whole.text("changed", in_words(made));
    whole.add({"program", wishes.verbose ? "program" : "", made.installation.program,
               system::display_path(made.installation.program)});
    whole.add({"via", plan.via ? "runs" : "", via,
               plan.via ? printable(*plan.via) + " (your former command)" : ""});
    std::string replaced;
    for (const std::string& old : plan.replaced)
        replaced += printable(old) + "\n";
    whole.add({"replaced", replaced.empty() ? "" : "instead of", plan.replaced, replaced});
    if (made.registers() && plan.include.empty()) whole.add("note", "note", note_on_removal(made));
    list_changes(made, wishes.verbose, report);
    for (const ConfigLine& line : made.effect.apart) {
        system::say("warning: for some directories (" + printable(line.key) + ") " +
                    printable(line.value) + " sets another core.sshCommand");
    }
}

Json report_overrides(const std::vector<Override>& overrides) {
    Json list = Json::array();
    for (const Override& override : overrides) {
        list.push_back({{"name", override.name},
                        {"value", override.value},
                        {"scope", override.scope},
                        {"file", or_null(override.file)},
                        {"text", override.text},
                        {"fix", fix_json(system::read_hint(override.remedy))}});
        system::say("warning: " + override.text);
        system::hint("to make git use hf-ssh: " + override.remedy);
    }
    return list;
}

// It reads ~/.gitconfig alone: not the file in ~/.config, of the system or of a repository.
void warn_of_npm() {
    if (system::find_program("npm").empty()) return;
    if (!is_npm_blind(npm_file(), read_scope_file(npm_file()).content)) return;
    system::say(
        "warning: npm reads no core.sshCommand but that of ~/.gitconfig, and runs ssh "
        "without hf-ssh");
    system::hint("for npm: git hf-ssh setup --print-env");
}

Status run_setup(const Wishes& wishes, Report& report) {
    system::speak_for("hf-ssh");
    if (wishes.print_env) {
        if (wishes.dry_run || wishes.push_over_ssh) {
            throw UsageError{"--print-env cannot be combined with --dry-run or --push-over-ssh"};
        }
        return print_environment(wishes.shell.value_or(""), report);
    }
    if (wishes.shell) throw UsageError{"--shell needs --print-env"};
    {
        const system::SignalWatch signals;  // a change that was begun is completed
        const Scope scope = wishes.scope.get();
        ScopeFile file = find_scope_file(scope);
        const ConfigTurn turn(file);
        file = read_scope_file(file.path);  // another setup may have written it meanwhile
        const Prepared made = prepare(std::move(file), scope, wishes.push_over_ssh);
        if (!wishes.dry_run) {
            carry_out(made);
            remove_old_copies();
        }
        describe(made, wishes, report);
    }
    if (wishes.dry_run) return Status::yes;
    report.whole().json("overrides", report_overrides(find_overrides()));
    warn_of_npm();
    if (::isatty(STDOUT_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1) {
        report.afterwards(offer_next_step);
    }
    return Status::yes;
}

}  // namespace

ScopeChoice::ScopeChoice(Options& options)
    : system_(options.flag("--system", "for every user of this machine")),
      global_(options.flag("--global", "for this user (default)")),
      local_(options.flag("--local", "for this repository")) {}

Scope ScopeChoice::get() const {
    if (int{system_} + int{global_} + int{local_} > 1) {
        throw UsageError{"--system, --global and --local exclude each other"};
    }
    if (system_) return Scope::system;
    return local_ ? Scope::local : Scope::global;
}

Action setup(Options& options) {
    const Wishes wishes{
        .scope = ScopeChoice(options),
        .dry_run = options.flag("--dry-run", "print the commands that would be run, and stop"),
        .push_over_ssh =
            options.flag("--push-over-ssh", "repositories cloned over https push over ssh"),
        .print_env = options.flag("--print-env",
                                  "print lines for a shell's profile, for programs\n"
                                  "that ignore core.sshCommand"),
        .shell = options.option("--shell", "sh|fish", "for --print-env (default: as $SHELL)"),
        .verbose = options.flag("-v,--verbose", "print the commands that were run, too")};
    return [wishes](Report& report) { return run_setup(wishes, report); };
}

}  // namespace hfssh::manage

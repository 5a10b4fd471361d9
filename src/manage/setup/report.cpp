#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"
#include "preparation.hpp"

namespace hfssh::manage {
namespace {

using system::printable;

std::string append_command(const AddedHostKeys& keys) {
    std::string text = "printf '%s\\n'";
    for (const std::string_view line : system::lines(keys.added)) {
        text += " " + system::shell_word(line);
    }
    return text + " >>" + system::shell_word(keys.file);
}

void describe_changes(const SetupPreparation& made, Report& report) {
    report.empty_list("changes");
    for (const ConfigEdit& edit : made.plan.edits) {
        const std::string command = command_text(edit, {option_of(made.state.scope)});
        report.add("changes")
            .heading(command, Tone::plain)
            .json("file", made.file.path)
            .json("command", command);
    }
}

// git passes over an include that is gone, and not over a program that is.
std::string why_direct(const SetupPreparation& made) {
    const bool could_include = made.state.scope != Scope::local && !made.plan.via;
    return (could_include && !made.installation.reason.empty() ? made.installation.reason + "; "
                                                               : std::string()) +
           "core.sshCommand names hf-ssh itself: run git hf-ssh unsetup" +
           (made.state.scope == Scope::global ? "" : " " + option_of(made.state.scope)) +
           " before hf-ssh is removed";
}

void warn_of_places_apart(const SetupPreparation& made) {
    for (const ConfigLine& line : made.neighbours.apart) {
        system::say("warning: for some directories (" + printable(line.key) +
                    ") core.sshCommand of " + system::display_path(line.file) + " counts instead");
    }
}

}  // namespace

void describe_setup(const SetupPreparation& made, bool dry_run, Report& report) {
    const Scope scope = made.state.scope;
    const SetupPlan& plan = made.plan;
    Record& whole = report.whole();
    whole.json("scope", name_of(scope)).json("dry_run", dry_run).json("changed", made.changes());
    if (dry_run) {  // nothing but the commands, for a shell to read
        whole.json("file", made.file.path).json("program", made.installation.program);
        whole.json("via", plan.via ? Json(*plan.via) : Json());
        whole.json("replaced", plan.replaced);
        if (!made.changes()) system::say("there is nothing to change");
        return describe_changes(made, report);
    }
    whole.heading(std::string("hf-ssh is ") + (made.registers() ? "now " : "") + "git's ssh " +
                      words_for(scope) + (made.registers() ? "" : " already"),
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
    if (!plan.value.empty()) whole.add("note", "note", why_direct(made));
    describe_changes(made, report);
    warn_of_places_apart(made);
}

void describe_host_keys(const SetupPreparation& made, Report& report) {
    if (!made.host_keys) return;
    if (made.host_keys->made_directory) {
        const std::string directory =
            made.host_keys->file.substr(0, made.host_keys->file.rfind('/'));
        const std::string command = "mkdir -m 700 " + system::shell_word(directory);
        report.add("changes")
            .heading(command, Tone::plain)
            .json("file", directory)
            .json("command", command);
    }
    const std::string command = append_command(*made.host_keys);
    report.add("changes")
        .heading(command, Tone::plain)
        .json("file", made.host_keys->file)
        .json("command", command);
}

Json tell_of_overrides(const std::vector<Override>& overrides) {
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

}  // namespace hfssh::manage

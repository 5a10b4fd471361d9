#include "preparation.hpp"

#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "plain_known_hosts.hpp"

namespace hfssh::manage {
namespace {

using system::Failure;
using system::printable;

std::optional<std::string> content_of(const ScopeFile& file) {
    return file.exists ? std::optional(file.content) : std::nullopt;
}

void plan_in(Form form, bool push_over_ssh, SetupPreparation& made) {
    made.plan = plan_setup(made.state, made.installation, push_over_ssh, form);
    made.after = try_edits(content_of(made.file), made.plan.edits);
    made.neighbours = {};
    if (made.registers()) {
        made.neighbours = find_neighbours(made.after, made.file.path, made.plan);
    }
}

// git has no way to put a line in front of others.
[[noreturn]] void refuse_place(const SetupPreparation& made) {
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

}  // namespace

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

SetupPreparation prepare_setup(Scope scope, bool push_over_ssh, bool known_hosts) {
    SetupPreparation made;
    made.installation = find_installation();
    made.file = find_scope_file(scope);
    made.state = look_at_scope(scope, made.file.path);
    plan_in(Form::best, push_over_ssh, made);
    const auto misplaced = [&] {
        return !made.neighbours.hidden.empty() || !made.neighbours.later.empty();
    };
    if (misplaced()) plan_in(Form::direct, push_over_ssh, made);
    if (misplaced()) refuse_place(made);
    if (known_hosts) made.host_keys = plan_known_hosts();
    return made;
}

}  // namespace hfssh::manage

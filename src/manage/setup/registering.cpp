#include "registering.hpp"

#include <algorithm>
#include <array>

#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::manage {
namespace {

using system::Failure;
using system::printable;
using Kind = Registration::Kind;

constexpr const char* ssh_command = "core.sshCommand";
constexpr const char* include_path = "include.path";
constexpr const char* push_key = "url.git@hf.co:.pushInsteadOf";
constexpr std::array<const char*, 2> pages = {"https://huggingface.co/", "https://hf.co/"};

bool is_hf_ssh(const Registration& reading) {
    return reading.kind == Kind::hf_ssh || reading.kind == Kind::missing;
}

bool is_blank(const std::string& text) {
    return system::trim(text).empty();
}

// The names that git takes for another program than OpenSSH (connect.c), wherever in the command
// they stand.
bool names_another_ssh(const std::string& command) {
    for (const std::string_view word : system::words(command)) {
        std::string name = system::lower(word.substr(word.find_last_of("/\\") + 1));
        std::erase_if(name, [](char c) { return c == '"' || c == '\''; });
        if (name.ends_with(".exe")) name.resize(name.size() - 4);
        if (name == "plink" || name == "tortoiseplink" || name == "putty") return true;
    }
    return false;
}

// An hf-ssh that stays as it is: this one, or one that somebody has put there with words of theirs.
bool stays(const Registration& reading, const Installation& installation) {
    if (reading.kind != Kind::hf_ssh) return false;
    return !reading.alone || reading.command.starts_with("hf-ssh") ||
           system::same_file(system::first_on_path(reading.program), installation.program);
}

void unset(SetupPlan& plan, const char* key, const std::string& value) {
    plan.edits.push_back({{"--unset-all", key, exact_pattern(value)}});
}

void write_command(const ScopeState& state, SetupPlan& plan) {
    if (state.commands.size() < 2) {
        plan.edits.push_back({{ssh_command, plan.value}});
    } else {
        // The last one counts; the others are somebody else's.
        plan.edits.push_back({{"--replace-all", ssh_command, plan.value,
                               exact_pattern(state.commands.back().line.value)}});
    }
    for (const std::string& include : state.includes)
        unset(plan, include_path, include);
}

void write_include(const ScopeState& state, const Installation& installation, SetupPlan& plan) {
    plan.include = installation.include;
    bool stands = std::ranges::find(state.includes, installation.include) != state.includes.end();
    for (const std::string& include : state.includes) {
        if (include == installation.include) continue;
        if (stands) {
            unset(plan, include_path, include);
        } else {
            plan.edits.push_back(
                {{"--replace-all", include_path, installation.include, exact_pattern(include)}});
        }
        stands = true;
    }
    if (!stands) plan.edits.push_back({{"--add", include_path, installation.include}});
    for (const Command& command : state.commands)
        unset(plan, ssh_command, command.line.value);
}

void note_replaced(const ScopeState& state, const Installation& installation, SetupPlan& plan) {
    for (const Command& command : state.commands) {
        if (is_hf_ssh(command.reading) && !stays(command.reading, installation)) {
            plan.replaced.push_back(command.line.value);
        }
    }
    for (const std::string& include : state.includes) {
        if (include != installation.include) plan.replaced.push_back(include);
    }
}

bool stands_already(const ScopeState& state, const Installation& installation) {
    const auto& effective = state.effective;
    return effective && effective->line.scope == name_of(state.scope) &&
           stays(effective->reading, installation) &&
           std::ranges::all_of(state.includes, [&](const std::string& include) {
               return include == installation.include;
           });
}

void add_pushes(const ScopeState& state, SetupPlan& plan) {
    for (const char* page : pages) {
        const bool there = std::ranges::any_of(state.own, [&](const ConfigLine& line) {
            return line.key == "url.git@hf.co:.pushinsteadof" && line.value == page;
        });
        if (there) continue;
        plan.pushes.emplace_back(page);
        plan.edits.push_back({{"--add", push_key, page}});
    }
}

}  // namespace

std::optional<std::string> why_not_kept(const Registration& reading,
                                        const std::optional<std::string>& variant) {
    if (names_another_ssh(reading.command)) {
        return "git takes it for PuTTY's plink, whose options are not those of OpenSSH";
    }
    if (variant && !variant->empty() && system::lower(*variant) != "ssh" &&
        system::lower(*variant) != "auto") {
        return "ssh.variant (or GIT_SSH_VARIANT) says that it is " + printable(*variant) +
               ", not OpenSSH";
    }
    if (reading.kind == Kind::unknown) {
        return "it is a piece of shell, which hf-ssh cannot look into: put it into a file of its "
               "own and name that";
    }
    return std::nullopt;
}

std::optional<std::string> former_of(const ScopeState& state) {
    if (!state.effective) return std::nullopt;
    const Registration& reading = state.effective->reading;
    if (is_hf_ssh(reading)) return reading.via;
    if (is_blank(reading.command)) return std::nullopt;
    if (const auto reason = why_not_kept(reading, state.variant)) {
        throw Failure("core.sshCommand is " + printable(reading.command) +
                          ", and hf-ssh cannot "
                          "be put in front of it: " +
                          *reason,
                      "nothing was changed; take it away first: git config --file " +
                          system::shell_word(state.effective->line.file) +
                          " --unset-all core.sshCommand");
    }
    return reading.command;
}

std::string command_for_git(const std::string& program, const std::optional<std::string>& via) {
    return system::shell_quote(program) + (via ? " --via " + system::shell_quote(*via) : "");
}

std::string command_text(const ConfigEdit& edit, const std::vector<std::string>& to) {
    std::string text = "git config";
    for (const auto* words : {&to, &edit.words}) {
        for (const std::string& word : *words)
            text += " " + system::shell_word(word);
    }
    return text;
}

SetupPlan plan_setup(const ScopeState& state, const Installation& installation, bool push_over_ssh,
                     Form form) {
    SetupPlan plan;
    plan.via = former_of(state);
    if (!stands_already(state, installation)) {
        note_replaced(state, installation, plan);
        const bool somebody_elses = std::ranges::any_of(
            state.commands, [](const Command& command) { return !is_hf_ssh(command.reading); });
        if (form == Form::direct || state.scope == Scope::local || plan.via || somebody_elses ||
            installation.include.empty()) {
            plan.value = command_for_git(installation.program, plan.via);
            write_command(state, plan);
        } else {
            write_include(state, installation, plan);
        }
    }
    if (push_over_ssh) add_pushes(state, plan);
    return plan;
}

std::vector<ConfigEdit> plan_unsetup(const ScopeState& state,
                                     const std::vector<std::string>& pushes, bool former_was_here) {
    SetupPlan plan;
    for (const Command& command : state.commands) {
        const std::string& value = command.line.value;
        if (!is_hf_ssh(command.reading)) continue;
        if (command.reading.via && former_was_here) {
            plan.edits.push_back(
                {{"--replace-all", ssh_command, *command.reading.via, exact_pattern(value)}});
        } else {
            unset(plan, ssh_command, value);
        }
    }
    for (const std::string& include : state.includes)
        unset(plan, include_path, include);
    for (const std::string& page : pushes) {
        const bool there = std::ranges::any_of(state.own, [&](const ConfigLine& line) {
            return line.key == "url.git@hf.co:.pushinsteadof" && line.value == page;
        });
        if (there) unset(plan, push_key, page);
    }
    return std::move(plan.edits);
}

ScopeState look_at_scope(Scope scope, const std::string& file) {
    ScopeState state;
    state.scope = scope;
    state.path = file;
    state.own = own_lines(file);
    for (const ConfigLine& line : state.own) {
        if (line.key == "core.sshcommand")
            state.commands.push_back({line, read_command(line.value)});
        if (line.key == "include.path" && is_our_include(line.value)) {
            if (std::ranges::find(state.includes, line.value) == state.includes.end()) {
                state.includes.push_back(line.value);
            }
        }
    }
    state.variant = system::environment("GIT_SSH_VARIANT");
    if (const auto lines = config_lines("^ssh\\.variant$"); !state.variant && !lines.empty()) {
        state.variant = lines.back().value;
    }
    const std::vector<ConfigLine> commands = commands_up_to(scope);
    if (!commands.empty()) {
        state.effective = Command{commands.back(), read_command(commands.back().value)};
    }
    return state;
}

}  // namespace hfssh::manage

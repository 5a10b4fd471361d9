// Decides what setup and unsetup change in git's configuration. The former command is kept in the
// line itself, as --via; so unsetup needs no record, and holds whatever was edited in between.
#include "plan.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <variant>

#include "hfssh/manage/setup/overrides.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/files.hpp"
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
// git adds a line to the last section of its name, and a section that is new at the end of the
// file: a line that has to be the last is added under this name, which is then changed.
constexpr const char* section = "hf-ssh-setup";

bool is_hf_ssh(const Registration& reading) {
    return reading.kind == Kind::hf_ssh || reading.kind == Kind::missing;
}

bool is_blank(const std::string& text) {
    return system::trim(text).empty();
}

// The `core.sshCommand = ssh` that setup writes before its include: programs that read no include,
// such as npm, see that there is a command, and git has ssh if the included file is gone.
bool is_placeholder(const ScopeState& state, const Command& command) {
    return command.own && !state.includes.empty() && command.line.value == "ssh";
}

bool has_placeholder(const ScopeState& state) {
    return std::ranges::any_of(
        state.commands, [&](const Command& command) { return is_placeholder(state, command); });
}

// A command of the user's own, which is not to be lost.
bool is_own(const ScopeState& state, const Command& command) {
    return !is_hf_ssh(command.reading) && !is_blank(command.line.value) &&
           !is_placeholder(state, command);
}

// The names of the programs in COMMAND, without folders and ".exe", in lower case.
std::vector<std::string> names_in(const std::string& command) {
    std::vector<std::string> names;
    for (const std::string_view word : system::words(command)) {
        std::string name = system::lower(word.substr(word.find_last_of("/\\") + 1));
        std::erase_if(name, [](char c) { return c == '"' || c == '\''; });
        names.push_back(std::move(name));
    }
    return names;
}

bool is_one_of(std::initializer_list<std::string_view> names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

// What git itself takes for plink.
bool is_plink(std::string_view name) {
    return is_one_of({"plink", "plink.exe", "tortoiseplink", "tortoiseplink.exe"}, name);
}

bool is_putty(std::string_view name) {
    return is_plink(name) || is_one_of({"putty", "putty.exe"}, name);
}

std::optional<std::string> why_not_openssh(const std::string& command,
                                           const std::optional<std::string>& variant) {
    if (variant && is_one_of({"plink", "putty", "tortoiseplink", "simple"}, *variant)) {
        return "ssh.variant (or GIT_SSH_VARIANT) says that it is " + *variant + ", not OpenSSH";
    }
    // Every other word means OpenSSH to git, and the user knows better than the name.
    if (variant && *variant != "auto") return std::nullopt;
    const auto names = names_in(command);
    if (std::ranges::none_of(names, is_putty)) return std::nullopt;
    return std::string(is_plink(names.front()) ? "git takes it for PuTTY's plink"
                                               : "it runs PuTTY") +
           ", whose options are not those of OpenSSH";
}

// An hf-ssh that stays as it is: this one, or one that the user registered in words of their own.
bool stays(const Registration& reading, const Installation& installation) {
    if (reading.kind != Kind::hf_ssh) return false;
    return !reading.alone || reading.command.starts_with("hf-ssh") ||
           system::same_file(system::first_on_path(reading.program), installation.program);
}

bool is_registered(const ScopeState& state, const SetupPlan& plan,
                   const Installation& installation) {
    const auto& effective = state.effective;
    if (!effective || effective->line.scope != name_of(state.scope) ||
        !stays(effective->reading, installation) || effective->reading.via != plan.via) {
        return false;
    }
    if (state.npm_blind && (effective->own || !state.includes.empty())) return false;
    if (state.includes.empty()) return true;
    return is_our_include(effective->line.file) && has_placeholder(state) &&
           std::ranges::all_of(state.includes, [&](const std::string& include) {
               return include == installation.include;
           });
}

void unset(std::vector<ConfigEdit>& edits, const char* key, const std::string& value) {
    edits.push_back({{"--unset-all", key, exact_pattern(value)}});
}

void add(std::vector<ConfigEdit>& edits, const char* key, const std::string& value, bool last) {
    if (!last) {
        edits.push_back({{"--add", key, value}});
        return;
    }
    const std::string name(key);
    const auto dot = name.find('.');
    edits.push_back({{"--add", section + name.substr(dot), value}});
    edits.push_back({{"--rename-section", section, name.substr(0, dot)}});
}

void clear_interrupted(const ScopeState& state, std::vector<ConfigEdit>& edits) {
    const bool some = std::ranges::any_of(state.own, [](const ConfigLine& line) {
        return line.key.starts_with(std::string(section) + ".");
    });
    if (some) edits.push_back({{"--remove-section", section}});
}

// The value that counts in the scope once our lines are gone; empty if none does.
std::string value_without_ours(const ScopeState& state, const std::string& but = {}) {
    std::string value;
    for (const Command& command : state.all) {
        if (is_hf_ssh(command.reading) || is_placeholder(state, command)) continue;
        if (command.own && !but.empty() && command.line.value == but) continue;
        value = command.line.value;
    }
    return value;
}

// The former command's own line is replaced, so that the new one is in its place. It stays if the
// file or a wider scope has the same command again: unsetup then sees that it need not put it back.
bool takes_place_of(const ScopeState& state, const Command& command, const SetupPlan& plan) {
    if (command.line.value != plan.via || !is_own(state, command)) return false;
    const auto same = std::ranges::count_if(state.commands, [&](const Command& other) {
        return other.line.value == command.line.value;
    });
    return same == 1 && value_without_ours(state, *plan.via) != *plan.via;
}

void write_command(const ScopeState& state, SetupPlan& plan, bool last) {
    std::optional<std::string> place;
    for (const Command& command : state.commands) {
        if (is_hf_ssh(command.reading) || takes_place_of(state, command, plan)) {
            place = command.line.value;
        }
    }
    for (const Command& command : state.commands) {
        const bool goes = is_hf_ssh(command.reading) || is_placeholder(state, command);
        if (goes && command.line.value != place) unset(plan.edits, ssh_command, command.line.value);
    }
    if (place && !last) {
        plan.edits.push_back({{"--replace-all", ssh_command, plan.value, exact_pattern(*place)}});
    } else {
        // One of the user's own stays: the later one counts, and unsetup need not put it back.
        if (place && place != plan.via) unset(plan.edits, ssh_command, *place);
        add(plan.edits, ssh_command, plan.value, last);
    }
    for (const std::string& include : state.includes)
        unset(plan.edits, include_path, include);
}

void write_include(const ScopeState& state, SetupPlan& plan, bool last) {
    const bool keeps = has_placeholder(state) && !last;
    for (const Command& command : state.commands) {
        const bool goes = is_placeholder(state, command) ? !keeps : is_hf_ssh(command.reading);
        if (goes) unset(plan.edits, ssh_command, command.line.value);
    }
    if (!keeps) add(plan.edits, ssh_command, plan.value, last);
    for (const std::string& include : state.includes)
        unset(plan.edits, include_path, include);
    add(plan.edits, include_path, plan.include, last);
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

bool has_include(const ScopeState& state, const std::string& path) {
    return std::ranges::any_of(state.own, [&](const ConfigLine& line) {
        return line.key == "include.path" && line.value == path;
    });
}

void add_pushes(const ScopeState& state, const Installation& installation, SetupPlan& plan) {
    if (installation.pushes.empty()) {
        throw Failure("the file for --push-over-ssh is not installed next to this hf-ssh",
                      "start with: install hf-ssh again", system::Code::installation);
    }
    if (has_include(state, installation.pushes)) return;
    plan.pushes = true;
    add(plan.edits, include_path, installation.pushes, false);
}

// The own command that an include of ours overrides: set by the user after setup.
const Command* overridden(const ScopeState& state) {
    const Command* found = nullptr;
    for (const Command& command : state.commands) {
        if (!state.includes.empty() && is_own(state, command)) found = &command;
    }
    return found;
}

[[noreturn]] void decline(const Command& command, const std::string& reason) {
    throw Failure("core.sshCommand is " + printable(command.reading.command) +
                      ", and hf-ssh cannot run it: " + reason,
                  "nothing was changed; to use hf-ssh instead of it, start with: git config "
                  "--file " +
                      system::shell_word(command.line.file) + " --unset-all core.sshCommand",
                  system::Code::git);
}

// The lines of core.sshCommand that count in SCOPE, those of wider scopes and of included files
// among them; outside of any repository unless SCOPE is local.
std::vector<ConfigLine> commands_up_to(Scope scope) {
    const std::string pattern = "^core\\.sshcommand$";
    if (scope == Scope::system) return config_lines(pattern, {"--system", "--includes"});
    std::vector<ConfigLine> lines =
        config_lines(pattern, {}, scope == Scope::global ? "/" : std::string());
    std::erase_if(lines, [&](const ConfigLine& line) {
        if (line.scope == "system" || line.scope == "global") return false;
        return scope != Scope::local || line.scope != "local";
    });
    return lines;
}

}  // namespace

std::optional<std::string> runs_elsewhere(const std::string& command) {
    constexpr std::array<std::string_view, 3> windows = {"ssh.exe", "wsl.exe", "cmd.exe"};
    constexpr std::array<std::string_view, 12> launchers = {
        "flatpak-spawn", "host-spawn", "distrobox", "distrobox-enter", "distrobox-host-exec",
        "toolbox",       "docker",     "podman",    "nerdctl",         "lxc",
        "machinectl",    "nsenter"};
    for (const std::string& name : names_in(command)) {
        if (std::ranges::find(windows, name) != windows.end()) {
            return name + " is a program of Windows";
        }
        if (std::ranges::find(launchers, name) != launchers.end()) {
            return name + " runs ssh outside of this system";
        }
    }
    return std::nullopt;
}

std::optional<std::string> program_runs_elsewhere(const std::string& program) {
    constexpr std::size_t longest_script = 16 << 10;
    if (const auto reason = runs_elsewhere(resolve_links(program))) return reason;
    const auto content = system::read_file(program, longest_script);
    const auto* text = std::get_if<std::string>(&content);
    if (text == nullptr || !text->starts_with("#!")) return std::nullopt;
    for (const std::string_view line : system::lines(*text)) {
        if (system::trim(line).starts_with('#')) continue;
        if (auto reason = runs_elsewhere(std::string(line))) return reason;
    }
    return std::nullopt;
}

std::optional<std::string> why_not_kept(const Registration& reading,
                                        const std::optional<std::string>& variant) {
    if (auto reason = why_not_openssh(reading.command, variant)) return reason;
    if (auto reason = runs_elsewhere(reading.command)) {
        return *reason + ", so it cannot run hf-ssh's check of the host key";
    }
    if (reading.kind != Kind::unknown) return std::nullopt;
    if (reading.compound) {
        return "it is a piece of shell, not a simple command: put it into a script and name that";
    }
    if (reading.foreign && reading.command.find("hf-ssh") == std::string::npos) {
        return std::nullopt;  // kept as it is: only git evaluates it, when it connects
    }
    return reading.foreign ? "this repository's own configuration says it, so it is not evaluated, "
                             "and it seems to name hf-ssh"
                           : "a shell cannot evaluate it";
}

std::optional<std::string> former_of(const ScopeState& state) {
    const Command* command = state.effective ? &*state.effective : nullptr;
    if (command == nullptr) return std::nullopt;
    if (is_hf_ssh(command->reading)) {
        if (command->reading.via) return command->reading.via;
        command = overridden(state);
        if (command == nullptr) return std::nullopt;
    }
    if (is_blank(command->reading.command) || is_placeholder(state, *command)) return std::nullopt;
    if (const auto reason = why_not_kept(command->reading, state.variant)) {
        decline(*command, *reason);
    }
    return command->reading.command;
}

std::string command_for_git(const std::string& program, const std::optional<std::string>& via) {
    return system::shell_quote(program) + (via ? " --via " + system::shell_quote(*via) : "");
}

SetupPlan plan_setup(const ScopeState& state, const Installation& installation, bool push_over_ssh,
                     Form form) {
    SetupPlan plan;
    plan.via = former_of(state);
    clear_interrupted(state, plan.edits);
    if (!is_registered(state, plan, installation)) {
        note_replaced(state, installation, plan);
        const bool last = form == Form::include_last || form == Form::command_last;
        const bool keeps =
            plan.via || std::ranges::any_of(state.commands, [&](const auto& command) {
                return is_own(state, command);
            });
        if (keeps || installation.include.empty() || form == Form::command ||
            form == Form::command_last) {
            plan.value = command_for_git(installation.program, plan.via);
            write_command(state, plan, last);
        } else {
            plan.value = "ssh";
            plan.include = installation.include;
            write_include(state, plan, last);
        }
    }
    if (push_over_ssh) add_pushes(state, installation, plan);
    return plan;
}

std::vector<ConfigEdit> plan_unsetup(const ScopeState& state) {
    std::vector<ConfigEdit> edits;
    clear_interrupted(state, edits);
    const std::string rest = value_without_ours(state);
    for (const Command& command : state.commands) {
        const std::string& value = command.line.value;
        const auto& via = command.reading.via;
        const bool ours = is_hf_ssh(command.reading);
        if (ours && via && rest != *via) {
            edits.push_back({{"--replace-all", ssh_command, *via, exact_pattern(value)}});
        } else if (ours || is_placeholder(state, command)) {
            unset(edits, ssh_command, value);  // before the include, which says whose it is
        }
    }
    for (const ConfigLine& line : state.own) {
        const bool ours = line.key == "include.path" &&
                          (is_our_include(line.value) || is_our_push_include(line.value));
        if (ours) unset(edits, include_path, line.value);
    }
    return edits;
}

Effect effect_of(const std::vector<ConfigLine>& lines,
                 const std::function<std::string(const std::string& include_path)>& command_of) {
    Effect effect;
    for (const ConfigLine& line : lines) {
        if (line.key == "core.sshcommand") {
            std::ranges::move(effect.apart, std::back_inserter(effect.hidden));
            effect.apart.clear();
            effect.command = line.value;
            continue;
        }
        const bool always = line.key == "include.path";
        if (!always && !line.key.starts_with("includeif.")) continue;
        const std::string command = command_of(line.value);
        if (command.empty()) continue;
        if (!always) {
            effect.apart.push_back(line);
            continue;
        }
        std::ranges::move(effect.apart, std::back_inserter(effect.hidden));
        effect.apart.clear();
        effect.command = command;
    }
    return effect;
}

ScopeState look_at_scope(Scope scope, const std::string& file) {
    ScopeState state;
    state.scope = scope;
    state.own = own_lines(file);
    for (const ConfigLine& line : state.own) {
        ConfigLine placed = line;
        placed.scope = name_of(scope);
        if (line.key == "core.sshcommand") {
            state.commands.push_back({placed, read_command(placed), true});
        }
        if (line.key == "include.path" && is_our_include(line.value) &&
            std::ranges::find(state.includes, line.value) == state.includes.end()) {
            state.includes.push_back(line.value);
        }
    }
    state.variant = system::environment("GIT_SSH_VARIANT");
    if (const auto lines = config_lines("^ssh\\.variant$"); !state.variant && !lines.empty()) {
        state.variant = lines.back().value;
    }
    for (const ConfigLine& line : commands_up_to(scope)) {
        state.all.push_back({line, read_command(line), system::same_file(line.file, file)});
    }
    if (!state.all.empty()) state.effective = state.all.back();
    state.npm_blind = is_npm_blind(file, read_scope_file(file).content);
    return state;
}

bool is_npm_blind(const std::string& path, std::string_view text) {
    return path == npm_file() && !npm_finds_command(text);
}

std::vector<ConfigLine> own_lines(const std::string& file) {
    if (::access(file.c_str(), R_OK) != 0) return {};
    return config_lines(
        "^(core\\.sshcommand|include\\.path|includeif\\..*\\.path|hf-ssh-setup\\..*)$",
        {"--file", file, "--no-includes"});
}

}  // namespace hfssh::manage

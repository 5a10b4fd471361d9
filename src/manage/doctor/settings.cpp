#include <algorithm>
#include <array>

#include "doctor.hpp"
#include "hfssh/manage/command/options.hpp"
#include "hfssh/manage/command/values.hpp"
#include "hfssh/settings/variables.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"
#include "hfssh/transport/plan.hpp"

// The settings of hf-ssh in git's configuration and in the environment: those without effect, and
// those that decide about every connection.
namespace hfssh::manage {
namespace {

using Result = Check::Result;
using settings::GitSetting;
using settings::GitSettings;
using system::printable;

const std::vector<std::string_view> of_a_pattern = {"identity", "account"};
const std::vector<std::string_view> general = {"identity",  "account", "hints", "probe",
                                               "transport", "reuse",   "retry", "unlock"};
const std::vector<std::string_view> choosing = {"HF_SSH_IDENTITY", "HF_SSH_ACCOUNT", "HF_SSH_KEY",
                                                "HF_SSH_KEY_FILE"};
const std::vector<std::string_view> variables = {
    "HF_SSH_IDENTITY",    "HF_SSH_ACCOUNT",   "HF_SSH_KEY",   "HF_SSH_KEY_FILE", "HF_SSH_COMMAND",
    "HF_SSH_KNOWN_HOSTS", "HF_SSH_TRANSPORT", "HF_SSH_REUSE", "HF_SSH_TRACE",    "HF_SSH_DEPTH"};

constexpr std::string_view prefix = "HF_SSH_";

bool among(const std::vector<std::string_view>& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

// The variable of hf-ssh that NAME was probably meant to be.
std::string_view meant_variable(const std::string& name) {
    std::vector<std::string> lower;
    for (const std::string_view variable : variables)
        lower.push_back(system::lower(variable.substr(prefix.size())));
    const std::vector<std::string_view> names(lower.begin(), lower.end());
    const auto found = nearest(system::lower(name.substr(prefix.size())), names);
    if (!found) return {};
    return variables[static_cast<std::size_t>(std::ranges::find(names, *found) - names.begin())];
}

// The command that removes it, with the scope if that has a file of its own.
std::string unsetting(const GitSetting& setting) {
    const std::string key = system::shell_word(setting.key);
    if (setting.scope == "command") return "take " + key + " out of git's -c or GIT_CONFIG_COUNT";
    const std::string scope = setting.scope == "unknown" ? "" : " --" + setting.scope;
    return std::string(setting.scope == "system" ? "sudo " : "") + "git config" + scope +
           " --unset-all " + key;
}

struct Trouble {
    std::string found;
    std::string fix;
};

std::string with_value(const GitSetting& setting, std::string_view value) {
    return std::string(setting.scope == "system" ? "sudo " : "") + "git config --" + setting.scope +
           " --replace-all " + system::shell_word(setting.key) + " " + std::string(value);
}

std::string renaming(const GitSetting& setting, const std::string& name) {
    const std::string quoted = system::shell_word(name);
    const std::string value = system::shell_word(setting.value);
    return "git config --" + setting.scope + " " + quoted + " " + value + " && " +
           unsetting(setting);
}

// The values that VARIABLE understands, the one that turns it off first; none for a variable whose
// values are names, or that has an error of its own.
std::vector<std::string_view> values_of(std::string_view variable) {
    if (variable == "probe") return {"never", "auto", "always", "true", "yes", "on", "1"};
    if (variable == "hints" || variable == "retry")
        return {"false", "no", "off", "0", "", "true", "yes", "on", "1"};
    return {};
}

// A setting that has no effect.
std::optional<Trouble> trouble_with(const GitSetting& setting) {
    const std::string shown = printable(setting.key) + " (" + setting.scope + ")";
    const auto first = setting.key.find('.');
    const auto last = setting.key.rfind('.');
    const std::string variable = setting.key.substr(last + 1);
    const bool is_general = first == last;
    const auto& known = is_general ? general : of_a_pattern;
    if (!among(known, variable)) {
        const auto meant = nearest(variable, known);
        std::string found = shown + " is not a setting of hf-ssh";
        if (!meant) return Trouble{found, unsetting(setting)};
        const std::string right = setting.key.substr(0, last + 1) + std::string(*meant);
        return Trouble{found + "; did you mean " + printable(right) + "?",
                       setting.scope == "command" || settings::holds_key_text(setting.value)
                           ? unsetting(setting)
                           : renaming(setting, right)};
    }
    if (is_general) {
        const auto values = values_of(variable);
        const std::string value = variable == "hints" || variable == "retry"
                                      ? system::lower(setting.value)
                                      : setting.value;
        if (values.empty() || among(values, value)) return std::nullopt;
        return Trouble{
            shown + " is " +
                (settings::holds_key_text(setting.value) ? "the text of a key"
                                                         : printable(setting.value)) +
                ", which has no meaning; " + std::string(values.front()) + " turns it off",
            setting.scope == "command" ? unsetting(setting) : with_value(setting, values.front())};
    }
    const std::string pattern = setting.key.substr(first + 1, last - first - 1);
    if (normal_pattern(pattern) == pattern) return std::nullopt;
    return Trouble{shown + " matches no repository: '" + printable(pattern) + "'",
                   unsetting(setting)};
}

Check look_at_settings(const Situation& situation) {
    constexpr const char* name = "settings";
    if (!situation.surroundings) return skipped(name, situation.no_surroundings);
    const GitAnswer answer =
        ask_git({"config", "--null", "--show-scope", "--get-regexp", R"(^hf-ssh\.)"});
    const auto git = settings::read_git_config(answer.output);
    if (answer.status > 1 || !git) {
        return {name, Result::failure, system::printable_lines(answer.errors),
                "hf-ssh cannot read its settings", "git config --list"};
    }
    Check check = {name, Result::ok, {}, {}, {}};
    for (const GitSetting& setting : git->all) {
        const auto trouble = trouble_with(setting);
        if (!trouble) continue;
        check.result = Result::warning;
        check.why = "it has no effect";
        check.found += (check.found.empty() ? "" : "\n") + trouble->found;
        check.fix += (check.fix.empty() ? "" : " && ") + trouble->fix;
    }
    if (check.result != Result::ok) return check;
    const std::size_t count = git->all.size();
    check.found = count == 0 ? "no hf-ssh.* settings in git's configuration"
                             : std::to_string(count) + " hf-ssh.* setting" +
                                   (count == 1 ? "" : "s") + " in git's configuration";
    if (situation.connection) {
        check.found += "\na connection to hf.co is " +
                       transport::describe_sharing(situation.connection->facts);
    }
    return check;
}

std::string joined(const std::vector<std::string>& names, const std::string& separator) {
    return printable(system::join(names, separator));
}

Check look_at_variables(const Situation& situation) {
    constexpr const char* name = "environment";
    std::vector<std::string> deciding, ours;
    for (const std::string& variable : situation.variables) {
        if (among(choosing, variable)) deciding.push_back(variable);
        if (among(variables, variable)) {
            ours.push_back(variable);
        } else if (const auto meant = meant_variable(variable); !meant.empty()) {
            return {name, Result::warning,
                    printable(variable) + " is not a variable of hf-ssh; did you mean " +
                        std::string(meant) + "?",
                    "it has no effect", "unset " + printable(variable)};
        }
    }
    if (!deciding.empty() && !settings::in_ci()) {
        return {name, Result::warning,
                joined(deciding, ", ") + (deciding.size() == 1 ? " is" : " are") + " set",
                "every connection from this shell uses that key, whatever is configured",
                "unset " + joined(deciding, " ")};
    }
    if (ours.empty()) return {name, Result::ok, "no HF_SSH_* variable is set", {}, {}};
    return {name, Result::ok, joined(ours, ", "), {}, {}};
}

}  // namespace

Checks check_settings(const Situation& situation) {
    return {look_at_settings(situation), look_at_variables(situation)};
}

}  // namespace hfssh::manage

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "doctor.hpp"
#include "hfssh/manage/command/options.hpp"
#include "hfssh/manage/report/key.hpp"
#include "hfssh/settings/variables.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
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

const std::vector<std::string_view> general(settings::setting_names.begin(),
                                            settings::setting_names.end());
const std::vector<std::string_view> of_a_pattern(general.begin(), general.begin() + 2);
const std::vector<std::string_view> variables(settings::variable_names.begin(),
                                              settings::variable_names.end());
const std::vector<std::string_view> choosing(variables.begin(), variables.begin() + 4);

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
           settings::unset_command(setting);
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
        if (!meant) return Trouble{found, settings::unset_command(setting)};
        const std::string right = setting.key.substr(0, last + 1) + std::string(*meant);
        return Trouble{found + "; did you mean " + printable(right) + "?",
                       setting.scope == "command" || settings::holds_key_text(setting.value)
                           ? settings::unset_command(setting)
                           : renaming(setting, right)};
    }
    if (is_general) {
        const auto values = values_of(variable);
        const std::string value = variable == "hints" || variable == "retry"
                                      ? system::lower(setting.value)
                                      : setting.value;
        if (values.empty() || among(values, value)) return std::nullopt;
        return Trouble{shown + " is " +
                           (settings::holds_key_text(setting.value) ? "the text of a key"
                                                                    : printable(setting.value)) +
                           ", which has no meaning; " + std::string(values.front()) +
                           " turns it off",
                       setting.scope == "command" ? settings::unset_command(setting)
                                                  : with_value(setting, values.front())};
    }
    const std::string pattern = setting.key.substr(first + 1, last - first - 1);
    if (normal_pattern(pattern) == pattern) return std::nullopt;
    return Trouble{shown + " matches no repository: '" + printable(pattern) + "'",
                   settings::unset_command(setting)};
}

// A setting for some repositories whose key is not here: this may not be one of them.
std::optional<Trouble> without_key(const GitSetting& setting, const Situation& situation) {
    const auto first = setting.key.find('.');
    const auto last = setting.key.rfind('.');
    if (first == last || setting.value.empty()) return std::nullopt;
    std::string named = printable(setting.value);
    if (setting.key.ends_with(".identity") && !identity::is_fingerprint(setting.value)) {
        const std::string path = system::expand_tilde(setting.value);
        if (::access(path.c_str(), F_OK) == 0) return std::nullopt;
        named = system::display_path(path);
    } else {
        if (!situation.connection) return std::nullopt;
        const transport::Facts& facts = situation.connection->facts;
        const bool account = setting.key.ends_with(".account");
        const bool here =
            std::ranges::any_of(facts.inventory.candidates, [&](const identity::Candidate& key) {
                return account ? system::equal_ignoring_case(
                                     transport::known_account(facts.memory, key), setting.value)
                               : key.key && setting.value.starts_with(key.fingerprint());
            });
        if (here) return std::nullopt;
    }
    return Trouble{printable(setting.key) + " (" + setting.scope + "): no key here is " + named,
                   settings::unset_command(setting)};
}

Check look_at_settings(const Situation& situation) {
    constexpr const char* name = "settings";
    if (!situation.surroundings) return skipped(name, situation.no_surroundings);
    const GitAnswer answer =
        ask_git({"config", "--null", "--show-scope", "--get-regexp", R"(^hf-ssh\.)"});
    const auto git = settings::read_git_config(answer.output);
    if (answer.status > 1 || !git) {
        return skipped(name, "git cannot read its configuration");
    }
    Check check = {name, Result::ok};
    for (const GitSetting& setting : git->all) {
        auto trouble = trouble_with(setting);
        if (trouble && check.result == Result::ok) {
            check.result = Result::warning;
            check.why = "it has no effect";
        }
        if (!trouble && (trouble = without_key(setting, situation))) {
            check.result = Result::failure;
            check.why = "each connection that it is for fails";
        }
        if (!trouble) continue;
        check.found += (check.found.empty() ? "" : "\n") + trouble->found;
        check.fix += (check.fix.empty() ? "" : " && ") + trouble->fix;
    }
    if (check.result != Result::ok) return check;
    const std::size_t count = git->all.size();
    check.found = count == 0 ? "no hf-ssh.* settings in git's configuration"
                             : counted(count, "hf-ssh.* setting") + " in git's configuration";
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
    if (ours.empty()) return {name, Result::ok, "no HF_SSH_* variable is set"};
    return {name, Result::ok, joined(ours, ", ")};
}

// Can hf-ssh remember which key belongs to which account?

constexpr const char* memory_name = "memory";
constexpr const char* consequence =
    "hf-ssh asks hf.co again each time which account a key belongs to; git works anyway";

Check not_remembering(const std::string& found, const std::string& fix) {
    return {memory_name, Result::warning, found, consequence, fix};
}

// PATH, or the nearest directory above it that exists.
std::string nearest_existing(std::string path) {
    struct stat info = {};
    while (path.size() > 1 && ::lstat(path.c_str(), &info) != 0 &&
           (errno == ENOENT || errno == ENOTDIR)) {
        path.resize(std::max<std::size_t>(path.rfind('/'), 1));
    }
    return path;
}

// A directory above STATE may serve other users too: its owner is not changed.
std::string fixing(const std::string& path, const std::string& state, int error) {
    const std::string shown = shell_path(path);
    const bool within = path == state || path.starts_with(state + "/");
    struct stat info = {};
    if (!within && ::stat(path.c_str(), &info) == 0 && info.st_uid != ::geteuid()) {
        return "set XDG_STATE_HOME to a directory of your own";
    }
    if (error == ENOTDIR) return "mv " + shown + " " + shell_path(path + ".old");
    if (::stat(path.c_str(), &info) == 0 && info.st_uid != ::geteuid()) {
        return "sudo chown \"$(id -un)\" " + shown;
    }
    return error == EACCES ? "chmod u+rwx " + shown
                           : "free some space, or make it writable: " + shown;
}

// errno of a write below DIRECTORY; 0 if it would succeed.
int obstacle(const std::string& directory) {
    struct stat info = {};
    if (::stat(directory.c_str(), &info) != 0) return errno;
    if (!S_ISDIR(info.st_mode)) return ENOTDIR;
    if (::access(directory.c_str(), R_OK | W_OK | X_OK) != 0) return errno;
    struct statvfs space = {};
    const bool full = ::statvfs(directory.c_str(), &space) == 0 && space.f_blocks != 0 &&
                      space.f_bavail == 0 && ::geteuid() != 0;
    return full ? ENOSPC : 0;
}

}  // namespace

Checks check_settings(const Situation& situation) {
    return {look_at_settings(situation), look_at_variables(situation)};
}

Checks check_memory(const Situation& /*situation*/) {
    const std::string state = system::state_directory();
    if (state.empty())
        return {not_remembering("there is no home directory to keep it in", "export HOME")};
    const std::string shown = system::display_path(state);
    if (settings::in_ci()) {
        return {{memory_name, Result::ok, "CI is set: nothing is written to " + shown}};
    }
    for (const char* part : {"", "/keys", "/namespaces"}) {
        const std::string place = nearest_existing(state + part);
        if (const int error = obstacle(place)) {
            return {not_remembering(system::display_path(place) + ": " + std::strerror(error),
                                    fixing(place, state, error))};
        }
    }
    struct stat info = {};
    if (::stat(state.c_str(), &info) != 0) {
        return {{memory_name, Result::ok, shown + ", nothing yet"}};
    }
    if ((info.st_mode & 022U) != 0) {
        return {{memory_name, Result::warning, "other users can write to " + shown,
                 "they could choose your key for you", "chmod 700 " + shell_path(state)}};
    }
    return {{memory_name, Result::ok, shown}};
}

}  // namespace hfssh::manage

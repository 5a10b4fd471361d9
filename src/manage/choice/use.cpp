// git hf-ssh use: sets which key is used, as a line of git's configuration, or takes it away.

#include <algorithm>
#include <array>
#include <memory>
#include <variant>

#include "hfssh/hub/names.hpp"
#include "hfssh/hub/repository.hpp"
#include "hfssh/identity/policy.hpp"
#include "hfssh/identity/request.hpp"
#include "hfssh/identity/stored_key.hpp"
#include "hfssh/manage/command/options.hpp"
#include "hfssh/manage/context/config_scope.hpp"
#include "hfssh/manage/context/git.hpp"
#include "hfssh/manage/context/git_url.hpp"
#include "hfssh/manage/context/surroundings.hpp"
#include "hfssh/manage/keys/checks.hpp"
#include "hfssh/manage/report/key.hpp"
#include "hfssh/settings/git_settings.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::manage {
namespace {

using system::Failure;
using system::printable;

// Below the home directory with "~", so that the setting may be shared between machines.
std::string stored_path(const std::string& path) {
    const std::string& home = system::home();
    const bool below = home.size() > 1 && path.starts_with(home + "/");
    return below ? "~" + path.substr(home.size()) : path;
}

// The value to write for the file of a key that can be offered.
std::string read_path(const std::string& word) {
    if (system::has_control_character(word)) {
        throw Failure("a path with a control character cannot be set: " + printable(word), {},
                      system::Code::bad_argument);
    }
    const std::string path = system::absolute_path(system::expand_tilde(word));
    if (!path.empty() && !path.starts_with('/')) {
        throw Failure("the working directory is gone; give the key's whole path", {},
                      system::Code::bad_argument);
    }
    const auto loaded = identity::load_key(path);
    if (const auto* problem = std::get_if<identity::NotStored>(&loaded)) {
        throw Failure(
            system::display_path(path) + " is not a key: " +
                (problem->kind == identity::NotStored::Kind::missing ? "there is no such file"
                                                                     : problem->detail),
            "list the keys: git hf-ssh keys", system::Code::bad_argument);
    }
    const auto& key = std::get<identity::StoredKey>(loaded);
    if (key.key && identity::refusal_of(*key.key) != identity::Refusal::none) {
        throw Failure(system::display_path(path) +
                          " is never offered: DSA keys and RSA keys below 2048 bits are not",
                      "make one: git hf-ssh keys new", system::Code::bad_argument);
    }
    if (key.exposed) {
        system::say("warning: others may read " + system::display_path(key.path) +
                    ", so ssh does not use it");
        system::hint("make it private: chmod 600 " + shell_path(key.path));
    }
    if (const auto obstacle = identity::obstacle_of(key.form, key.path)) {
        system::say("warning: " + system::display_path(key.path) + " " + obstacle->text);
        system::hint("to fix it: " + obstacle->fix);
    }
    return stored_path(key.path);
}

std::string read_pattern(const std::string& word) {
    if (const auto pattern = normal_pattern(word)) return *pattern;
    throw Failure("not a valid pattern: " + printable(word),
                  "a pattern is NAMESPACE, NAMESPACE/REPOSITORY, datasets/NAMESPACE or "
                  "datasets/NAMESPACE/REPOSITORY (spaces likewise), without * or ?",
                  system::Code::bad_argument);
}

bool leads_to_hub(const GitUrl& url) {
    return hub::is_hub_name(url.destination.substr(url.destination.rfind('@') + 1));
}

struct Setting {
    Scope scope = Scope::local;
    std::string key;
    std::string value = {};
};

// The values that the setting has in its file, or in one that it includes; the last one counts.
std::vector<std::string> values_of(const Setting& setting) {
    const GitAnswer answer =
        ask_git({"config", option_of(setting.scope), "--null", "--get-all", setting.key});
    std::vector<std::string> values;
    if (answer.status != 0) return values;
    for (const std::string_view value : system::split(answer.output, '\0'))
        values.emplace_back(value);
    if (!values.empty() && values.back().empty()) values.pop_back();
    return values;
}

void change(Scope scope, const ConfigEdit& edit, const std::string& key) {
    const std::vector<std::string> to = {option_of(scope)};
    if (const auto problem = make_edits(to, {edit})) {
        throw Failure("git could not write " + printable(key) + ": " + *problem,
                      "the command to run: " + command_text(edit, to), system::Code::git);
    }
}

settings::GitSettings settings_here() {
    const GitAnswer answer =
        ask_git({"config", "--null", "--show-scope", "--get-regexp", R"(^hf-ssh\.)"});
    return settings::read_git_config(answer.output).value_or(settings::GitSettings{});
}

// What counts for a pattern, in whatever case it is written; an empty one is every repository.
const settings::GitSetting* counting(const settings::GitSettings& git, const std::string& pattern) {
    for (const char* variable : {"identity", "account"}) {
        const auto* found = pattern.empty() ? git.find(variable) : git.find(pattern, variable);
        if (found != nullptr) return found;
    }
    return nullptr;
}

const settings::GitSetting* counting(settings::GitSettings&&, const std::string&) = delete;

bool says_the_same(const settings::GitSetting& other, const Setting& setting) {
    return other.value == setting.value && other.key.ends_with(".identity");
}

std::string counts_instead(const settings::GitSetting& other) {
    return printable(other.key + " = " + other.value) + " (" + other.scope + ") counts instead";
}

// Another line for the same pattern may be in a file that git reads later.
void warn_if_overridden(const Setting& setting, const std::string& pattern) {
    const settings::GitSettings git = settings_here();
    const auto* other = counting(git, pattern);
    if (other == nullptr || says_the_same(*other, setting)) return;
    system::say("warning: here " + counts_instead(*other));
}

// A namespace's setting, in whatever file, comes before the one of this repository.
void warn_of_what_is_more_specific(const Setting& setting, const repository::GitView& view,
                                   const std::string& word) {
    const settings::GitSettings git = settings_here();
    std::vector<std::string> told;
    for (const Remote& remote :
         each_remote(repository::remotes_of(view.configuration, view.branch))) {
        const auto url = read_git_url(remote.url);
        if (!url || !leads_to_hub(*url)) continue;
        const auto repository = hub::read_repository_path(url->path);
        if (!repository || std::ranges::find(told, repository->path()) != told.end()) continue;
        told.push_back(repository->path());
        for (const std::string& pattern : hub::patterns_for(*repository)) {
            const auto* other = counting(git, pattern);
            if (other == nullptr) continue;
            if (says_the_same(*other, setting)) break;
            system::say("warning: for " + printable(without_password(remote.url)) + " " +
                        counts_instead(*other));
            system::hint("for that one: git hf-ssh use " + system::shell_word(word) + " --for " +
                         system::shell_word(told.back()));
            break;
        }
    }
}

void warn_of_environment() {
    for (const char* name :
         {"HF_SSH_IDENTITY", "HF_SSH_ACCOUNT", "HF_SSH_KEY", "HF_SSH_KEY_FILE"}) {
        if (!system::environment(name)) continue;
        system::say("warning: " + std::string(name) + " is set, and comes before every setting");
    }
}

// git reads another configuration in them.
void tell_of_submodules(const repository::Contents& contents, const std::string& word) {
    for (const repository::Submodule& submodule : contents.submodules) {
        const auto url = read_git_url(submodule.url);
        const auto path = url && leads_to_hub(*url) ? hub::read_repository_path(url->path)
                                                    : std::optional<hub::Repository>();
        if (!path || path->name_space.empty()) continue;
        system::say("its submodules on hf.co have a configuration of their own");
        return system::hint("for them too: git hf-ssh use " + system::shell_word(word) + " --for " +
                            system::shell_word(path->name_space));
    }
}

// A setting may be made for another machine, or before the key is there.
void warn_if_unknown(const std::string& fingerprint) {
    std::unique_ptr<Connection> connection;
    try {
        connection = Surroundings().look_here();
    } catch (const Failure&) {
        return;  // the setting is made; what is wrong with the rest, other verbs report
    }
    if (std::holds_alternative<std::size_t>(find_key(view_keys(*connection), {{}, fingerprint}))) {
        return;
    }
    system::say("warning: no key here has this fingerprint");
    system::hint("list the keys: git hf-ssh keys");
}

// The setting that a command line is about; PLACE is this repository, if it is of one.
Setting setting_for(const std::optional<std::string>& pattern,
                    std::optional<repository::Place>& place) {
    if (pattern) {
        const std::string key = "hf-ssh." + read_pattern(*pattern) + ".identity";
        (void)find_scope_file(Scope::global);  // refuses what git would replace, such as /dev/null
        return {Scope::global, key};
    }
    place = repository_here();
    if (place) {
        (void)find_scope_file(Scope::local);
        return {Scope::local, "hf-ssh.identity"};
    }
    throw Failure("not in a git repository", "add --for NAMESPACE, or run it in a repository",
                  system::Code::no_repository);
}

std::string pattern_of(const Setting& setting) {
    const auto first = setting.key.find('.'), last = setting.key.rfind('.');
    return first == last ? std::string() : setting.key.substr(first + 1, last - first - 1);
}

std::string words_for(const Setting& setting) {
    const std::string pattern = pattern_of(setting);
    return pattern.empty() ? "this repository" : printable(pattern);
}

void describe(const Setting& setting, const std::vector<std::string>& before,
              const std::string& line, const std::string& heading, Report& report) {
    Record& whole = report.whole();
    whole.heading(heading, Tone::plain);
    whole.json("scope", name_of(setting.scope)).json("key", setting.key);
    whole.json("value", or_null(setting.value));
    const bool changed =
        setting.value.empty() ? !before.empty() : before != std::vector{setting.value};
    const std::string former = before.empty() || !changed ? "" : before.back();
    whole.add({"former", former.empty() ? "" : "before",
               before.empty() ? Json() : Json(before.back()), printable(former)});
    whole.json("changed", changed);
    whole.add({"line", "line", line, line, Tone::plain, true});
}

std::string line_of(const Setting& setting, const ConfigEdit& edit) {
    return command_text(edit, {option_of(setting.scope)});
}

Status run_unset(const std::optional<std::string>& pattern, Report& report) {
    std::optional<repository::Place> place;
    const Setting setting = setting_for(pattern, place);
    const std::vector<std::string> before = values_of(setting);
    const ConfigEdit edit{{"--unset-all", setting.key}};
    if (!before.empty()) change(setting.scope, edit, setting.key);
    describe(setting, before, line_of(setting, edit),
             before.empty() ? "no key is set for " + words_for(setting) + "; nothing was changed"
                            : "no key is set for " + words_for(setting) + " any more",
             report);
    const settings::GitSettings git = settings_here();
    if (const auto* other = counting(git, pattern_of(setting))) {
        system::say("another setting goes on deciding: " +
                    printable(other->key + " = " + other->value) + " (" + other->scope + ")");
    }
    return before.empty() ? Status::no : Status::yes;
}

Status run_use(const std::string& word, const std::optional<std::string>& pattern, Report& report) {
    const std::string value =
        identity::is_fingerprint(word) ? read_fingerprint(word, "keys") : read_path(word);
    std::optional<repository::Place> place;
    Setting setting = setting_for(pattern, place);
    const std::vector<std::string> before = values_of(setting);
    setting.value = value;
    const ConfigEdit edit{{"--replace-all", setting.key, setting.value}};
    change(setting.scope, edit, setting.key);
    describe(setting, before, line_of(setting, {{setting.key, setting.value}}),
             printable(value) + " is the key for " + words_for(setting) +
                 (before == std::vector{value} ? " already" : " now"),
             report);
    warn_if_overridden(setting, pattern_of(setting));
    warn_of_environment();
    if (place) {
        const repository::GitView view = view_of_git();
        warn_of_what_is_more_specific(setting, view, word);
        tell_of_submodules(repository::read_contents(*place, view), word);
    }
    if (identity::is_fingerprint(word)) warn_if_unknown(value);
    return Status::yes;
}

}  // namespace

Action use(Options& options) {
    const auto& word = options.argument("IDENTITY", "a key's file, or its SHA256: fingerprint");
    const auto& pattern = options.option("--for", "PATTERN",
                                         "for a namespace or repository everywhere, not for\n"
                                         "this repository: acme, datasets/acme, acme/model");
    const bool& unset = options.flag("--unset", "take the setting away instead");
    return [&](Report& report) {
        if (unset && word) throw UsageError{"--unset takes no key"};
        if (!unset && !word) throw UsageError{"name the key to use, or --unset"};
        return unset ? run_unset(pattern, report) : run_use(*word, pattern, report);
    };
}

}  // namespace hfssh::manage

#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <memory>
#include <variant>

#include "hfssh/hub/names.hpp"
#include "hfssh/hub/repository.hpp"
#include "hfssh/identity/policy.hpp"
#include "hfssh/identity/request.hpp"
#include "hfssh/identity/stored_key.hpp"
#include "hfssh/manage/command/values.hpp"
#include "hfssh/manage/command/verb.hpp"
#include "hfssh/manage/context/git.hpp"
#include "hfssh/manage/context/git_url.hpp"
#include "hfssh/manage/context/surroundings.hpp"
#include "hfssh/manage/keys/view.hpp"
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

// A file of a key that can be offered; what is to be written of it.
std::string read_path(const std::string& word) {
    if (system::has_control_character(word)) {
        throw Failure("a path with a control character cannot be set: " + printable(word));
    }
    const std::string path = system::absolute_path(system::expand_tilde(word));
    if (!path.empty() && !path.starts_with('/')) {
        throw Failure("the working directory is gone; give the key's whole path");
    }
    const auto loaded = identity::load_key(path);
    if (const auto* problem = std::get_if<identity::NotStored>(&loaded)) {
        throw Failure(
            system::display_path(path) + " is no key: " +
                (problem->kind == identity::NotStored::Kind::missing ? "there is no such file"
                                                                     : problem->detail),
            "git hf-ssh keys lists those that there are");
    }
    const auto& key = std::get<identity::StoredKey>(loaded);
    if (key.key && identity::refusal_of(*key.key) != identity::Refusal::none) {
        throw Failure(system::display_path(path) +
                          " is never offered: DSA keys and RSA keys below 2048 bits are not",
                      "make one: git hf-ssh keys new");
    }
    if (key.exposed) {
        system::say("warning: others may read " + system::display_path(key.path) +
                    ", so ssh does not use it");
        system::hint("chmod 600 " + shell_path(key.path));
    }
    return stored_path(key.path);
}

std::string read_fingerprint(const std::string& word) {
    const auto fingerprint = normal_fingerprint(word);
    if (!fingerprint) {
        throw Failure("this is no fingerprint: " + printable(word),
                      "it has SHA256: in front and 43 characters behind, as ssh-keygen -l and git "
                      "hf-ssh keys print it");
    }
    return *fingerprint;
}

std::string read_pattern(const std::string& word) {
    if (const auto pattern = normal_pattern(word)) return *pattern;
    throw Failure("no setting can be made for this: " + printable(word),
                  "a pattern is NAMESPACE, NAMESPACE/REPOSITORY, datasets/NAMESPACE or "
                  "datasets/NAMESPACE/REPOSITORY (spaces likewise), without * or ?");
}

bool leads_to_hub(const GitUrl& url) {
    return hub::is_hub_name(url.destination.substr(url.destination.rfind('@') + 1));
}

struct Setting {
    std::string scope;  // "--global", "--local"
    std::string key;
    std::string value;
};

void write(const Setting& setting) {
    const GitAnswer answer =
        ask_git({"config", setting.scope, "--replace-all", setting.key, setting.value});
    if (answer.status == 0) return;
    throw Failure(
        "git could not write " + setting.key + ": " + printable(system::trim(answer.errors)),
        "the line to add yourself: git config " + setting.scope + " " +
            system::shell_word(setting.key) + " " + system::shell_word(setting.value));
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

bool says_the_same(const settings::GitSetting& other, const Setting& setting) {
    return other.value == setting.value && other.key.ends_with(".identity");
}

std::string counts_instead(const settings::GitSetting& other) {
    return printable(other.key + " = " + other.value) + " (" + other.scope + ") counts instead";
}

// Another line for the same pattern may stand in a file that git reads later.
void warn_if_overridden(const Setting& setting, const std::string& pattern) {
    const settings::GitSettings git = settings_here();
    const auto* other = counting(git, pattern);
    if (other == nullptr || says_the_same(*other, setting)) return;
    system::say("warning: here " + counts_instead(*other));
}

// A namespace's setting, wherever it stands, comes before the one of this repository.
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
            system::hint("git hf-ssh use " + system::shell_word(word) + " --for " +
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
    const bool some = std::ranges::any_of(contents.submodules, [](const auto& submodule) {
        const auto url = read_git_url(submodule.url);
        return url && leads_to_hub(*url);
    });
    if (!some) return;
    system::say("its submodules on hf.co have a configuration of their own");
    system::hint("for them as well: git hf-ssh use " + system::shell_word(word) +
                 " --for NAMESPACE");
}

// A setting may be made for another machine, or before the key is there.
void warn_if_unknown(const std::string& fingerprint) {
    std::unique_ptr<Connection> connection;
    try {
        connection = Surroundings().look_here();
    } catch (const Failure&) {
        return;  // the setting is made; what is wrong with the rest, others say
    }
    if (!connection) return;
    if (std::holds_alternative<std::size_t>(find_key(view_keys(*connection), {{}, fingerprint}))) {
        return;
    }
    system::say("warning: no key here has this fingerprint");
    system::hint("git hf-ssh keys lists those that there are");
}

Status run_use(const std::string& word, const std::optional<std::string>& pattern, Report& report) {
    const std::string value =
        identity::is_fingerprint(word) ? read_fingerprint(word) : read_path(word);
    Setting setting{"--local", "hf-ssh.identity", value};
    std::optional<repository::Place> place;
    std::string written;  // the pattern
    if (pattern) {
        written = read_pattern(*pattern);
        setting = {"--global", "hf-ssh." + written + ".identity", value};
    } else if (!(place = repository_here())) {
        throw Failure("not in a git repository", "go into one, or say for which: git hf-ssh use " +
                                                     system::shell_word(word) + " --for NAMESPACE");
    }
    write(setting);
    const std::string line = "git config " + setting.scope + " " + system::shell_word(setting.key) +
                             " " + system::shell_word(setting.value);
    report.whole()
        .heading(printable(line), Tone::plain)
        .json("scope", setting.scope.substr(2))
        .json("key", setting.key)
        .json("value", setting.value)
        .json("line", line);
    warn_if_overridden(setting, written);
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
    const auto word = std::make_shared<std::optional<std::string>>();
    const auto pattern = std::make_shared<std::optional<std::string>>();
    options.argument("IDENTITY", *word, true, "a key's file, or its SHA256: fingerprint");
    options.option("--for", "PATTERN", *pattern,
                   "for a namespace or repository everywhere, not for\n"
                   "this repository: acme, datasets/acme, acme/model");
    return [word, pattern](Report& report) { return run_use(**word, *pattern, report); };
}

}  // namespace hfssh::manage

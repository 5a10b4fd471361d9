#include "verbs.hpp"

#include <algorithm>

#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"

// The table of the verbs, and what can be said of a word that is none of them.
namespace hfssh::manage {
namespace {

constexpr Verb table[] = {
    {"setup", "make git use hf-ssh", setup},
    {"unsetup", "undo setup", unsetup},
    {"doctor", "diagnose the path from git to hf.co, with fixes", doctor},
    {"keys", "list keys in files and in the agent", keys},
    {"keys new", "create a key, add it to the agent and to the clipboard", keys_new},
    {"keys check", "check whether a key can be used, and why not", keys_check},
    {"whoami", "show which account the selected key belongs to", whoami},
    {"use", "choose a key for this repository, or for a namespace", use},
    {"forget", "forget what is remembered about a key or a namespace", forget},
    {"explain", "show which key hf.co would be offered, and why", explain},
    {"access", "check whether a key can read and write a repository", access},
    {"host-keys", "list the trusted host keys of hf.co", host_keys},
    {"host-keys list", "same as host-keys", host_keys},
    {"host-keys check", "connect, and compare every host key that is presented", host_keys_check},
    {"host-keys add", "trust one more host key", host_keys_add},
    {"host-keys revoke", "stop trusting a host key (published ones too)", host_keys_revoke},
    {"host-keys remove", "drop an added or revoked host key from the list", host_keys_remove},
    {"ssh-config", "check host keys as hf-ssh does in plain ssh, scp, editors", ssh_config},
    {"help", "open the manual, or show the options of one command", help},
    {"version", "print the version", version},
};

std::string meant(std::string_view name) {
    return "did you mean: git hf-ssh " + std::string(name);
}

// "check" of "keys check"; empty for a verb of one word.
std::string_view second_word(const Verb& verb) {
    const auto blank = verb.name.find(' ');
    return blank == std::string_view::npos ? std::string_view() : verb.name.substr(blank + 1);
}

bool is_word(const std::vector<std::string>& words, std::size_t index) {
    return index < words.size() && !words[index].empty() && !words[index].starts_with('-');
}

std::string hint_for(const std::vector<std::string>& words) {
    std::string hint;
    std::vector<std::string_view> names;
    for (const Verb& verb : table) {
        names.push_back(verb.name);
        if (second_word(verb) == words.front() && is_word(words, 0))
            hint += (hint.empty() ? "" : "\n") + meant(verb.name);
    }
    if (!hint.empty()) return hint;
    if (is_word(words, 1)) {
        if (const auto name = nearest(words[0] + " " + words[1], names)) return meant(*name);
    }
    const auto name = nearest(words.front(), names);
    return name ? meant(*name) : std::string();
}

}  // namespace

Prepared::Prepared(const Verb& verb)
    : options_(std::string(verb.name), std::string(verb.summary)),
      action_(verb.prepare(options_)),
      as_json_(options_.flag("--json", "print JSON")) {}

std::span<const Verb> verbs() {
    return table;
}

const Verb* find_verb(const std::vector<std::string>& words) {
    const Verb* found = nullptr;
    for (const Verb& verb : table) {
        const auto names = system::words(verb.name);
        const bool matches =
            words.size() >= names.size() && std::equal(names.begin(), names.end(), words.begin());
        if (matches && (found == nullptr || verb.name.size() > found->name.size())) found = &verb;
    }
    return found;
}

std::string usage() {
    std::string text = "usage: git hf-ssh <command> [<options>]\n\n";
    for (const Verb& verb : table) {
        if (verb.summary.starts_with("same as ")) continue;  // with the prompt it fits 24 lines
        std::string line = "    " + std::string(verb.name);
        line.append(22 - line.size(), ' ');
        text += line + std::string(verb.summary) + "\n";
    }
    return text + "\noptions of one: git hf-ssh <command> -h; the manual: git hf-ssh help\n";
}

UsageError unknown_verb(const std::vector<std::string>& words) {
    std::string hint;
    // A first word that only verbs of two words have.
    for (const Verb& verb : table) {
        if (!verb.name.starts_with(words.front() + " ")) continue;
        hint += (hint.empty() ? "" : "\n") + ("git hf-ssh " + std::string(verb.name));
    }
    if (!hint.empty() && !is_word(words, 1)) {
        return {"git hf-ssh " + system::printable(words.front()) + ": missing subcommand", hint};
    }
    return {"'" + system::printable(words.front()) + "' is not a command of git hf-ssh",
            hint_for(words)};
}

std::string misspelt_second_word(const Verb& verb, const std::vector<std::string>& words) {
    if (!is_word(words, 0)) return {};
    std::vector<std::string_view> seconds;
    for (const Verb& other : table) {
        if (other.name.starts_with(std::string(verb.name) + " "))
            seconds.push_back(second_word(other));
    }
    const auto second = nearest(words.front(), seconds);
    return second ? meant(std::string(verb.name) + " " + std::string(*second)) : std::string();
}

}  // namespace hfssh::manage

#include "hfssh/manage/command/verb.hpp"

#include <algorithm>

#include "hfssh/system/text.hpp"

namespace hfssh::manage {
namespace {

constexpr Verb table[] = {
    {"setup", "let git run hf-ssh", setup},
    {"unsetup", "let git run what it ran before", unsetup},
    {"doctor", "diagnose the path from git to hf.co, with fixes", doctor},
    {"keys", "the keys that there are, in files and in the agent", keys},
    {"keys new", "make a key, and bring it to the agent and the clipboard", keys_new},
    {"keys check", "whether a key can be used, and if not why", keys_check},
    {"whoami", "the account that hf.co knows the chosen key by", whoami},
    {"use", "choose a key for this repository, or for a namespace", use},
    {"forget", "drop what is remembered of a key or a namespace", forget},
    {"explain", "which key is offered to hf.co, and why, without connecting", explain},
    {"access", "whether a key can read and write a repository", access},
    {"host-keys", "the host keys of hf.co that are trusted", host_keys},
    {"host-keys list", "the same", host_keys},
    {"host-keys check", "connect, and compare every host key that is presented", host_keys_check},
    {"host-keys add", "trust one more host key", host_keys_add},
    {"host-keys revoke", "trust a host key no longer, a published one too", host_keys_revoke},
    {"host-keys remove", "take an added or revoked host key off the list", host_keys_remove},
};

}  // namespace

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
        std::string line = "    " + std::string(verb.name);
        line.append(22 - line.size(), ' ');
        text += line + std::string(verb.summary) + "\n";
    }
    return text +
           "\ngit hf-ssh <command> -h lists its options; git hf-ssh --help opens the manual\n";
}

}  // namespace hfssh::manage

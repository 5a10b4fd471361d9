#include "hfssh/manage/verb.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <exception>

#include "hfssh/manage/suggestion.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/process.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::manage {
namespace {

constexpr Verb table[] = {
    {"explain", "which key is offered to hf.co, and why, without connecting", explain},
    {"whoami", "the account that hf.co knows the chosen key by", whoami},
    {"keys", "the keys that there are, in files and in the agent", keys},
    {"use", "choose a key for this repository, or for a namespace", use},
    {"forget", "drop what is remembered of a key or a namespace", forget},
    {"host-keys", "the host keys of hf.co that are trusted", host_keys},
    {"host-keys list", "the same", host_keys},
    {"host-keys add", "trust one more host key", host_keys_add},
    {"host-keys revoke", "trust a host key no longer, a published one too", host_keys_revoke},
    {"host-keys remove", "take an added or revoked host key off the list", host_keys_remove},
};

// "keys check" is a verb of two words, "keys" one of one: the longer name counts.
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

int number(Status status) {
    return static_cast<int>(status);
}

int open_manual() {
    const std::string man = system::find_program("man");
    if (man.empty()) {
        system::say("there is no man here to show the manual; 'git hf-ssh -h' is the short form");
        return number(Status::failed);
    }
    const int error = system::execute({man, {"man", "git-hf-ssh"}});
    system::say("cannot run " + system::display_path(man) + ": " + std::strerror(error));
    return number(Status::failed);
}

void tell(const system::Failure& failure) {
    system::say(failure.what());
    if (!failure.hint().empty()) system::hint(failure.hint());
}

// A program that reads JSON finds some there too, if nothing was found out.
void tell_as_json(std::string_view verb, const system::Failure& failure) {
    Report report(verb);
    report.whole().json("error", {{"message", failure.what()}, {"hint", failure.hint()}});
    print(report, true);
}

int carry_out(const Verb& verb, const Action& action, bool as_json) {
    try {
        Report report(verb.name);
        const Status status = action(report);
        print(report, as_json);
        return number(status);
    } catch (const system::Failure& failure) {
        tell(failure);
        if (as_json) tell_as_json(verb.name, failure);
    }
    return number(Status::failed);
}

int run_verb(const Verb& verb, const std::vector<std::string>& words) {
    Options options(std::string(verb.name), std::string(verb.summary));
    const Action action = verb.prepare(options);
    bool as_json = false;
    options.flag("--json", as_json, "the same for a program to read");
    try {
        if (options.read(words)) {
            print_out(options.usage());
            return number(Status::yes);
        }
        return carry_out(verb, action, as_json);
    } catch (const UsageError& error) {
        system::say(error.message);
        system::hint("git hf-ssh " + std::string(verb.name) + " -h");
        return number(Status::usage);
    }
}

int refuse_verb(const std::string& word) {
    std::vector<std::string_view> names;
    for (const Verb& verb : table)
        names.push_back(verb.name);
    system::say("'" + system::printable(word) + "' is not one of the commands of git hf-ssh");
    if (const auto meant = nearest(word, names)) {
        system::hint("did you mean: git hf-ssh " + std::string(*meant));
    } else {
        system::hint("git hf-ssh -h lists them");
    }
    return number(Status::usage);
}

int dispatch(const std::vector<std::string>& words) {
    if (words.empty()) {
        system::say("a command is missing");
        system::hint("git hf-ssh -h lists them");
        return number(Status::usage);
    }
    if (words.front() == "-h") {
        print_out(usage());
        return number(Status::yes);
    }
    if (words.front() == "--version") {
        print_out("git-hf-ssh " HFSSH_VERSION "\n");
        return number(Status::yes);
    }
    if (std::ranges::find(words, "--help") != words.end()) return open_manual();
    const Verb* verb = find_verb(words);
    if (verb == nullptr) return refuse_verb(words.front());
    const auto used = static_cast<std::ptrdiff_t>(system::words(verb->name).size());
    return run_verb(*verb, {words.begin() + used, words.end()});
}

}  // namespace

std::span<const Verb> verbs() {
    return table;
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

int run(const std::vector<std::string>& words) {
    try {
        return dispatch(words);
    } catch (const system::Failure& failure) {
        tell(failure);
    } catch (const std::exception& error) {
        system::say(system::printable(error.what()));
    }
    return number(Status::failed);
}

}  // namespace hfssh::manage

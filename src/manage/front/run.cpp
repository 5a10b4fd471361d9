#include <algorithm>
#include <cstddef>
#include <cstring>
#include <exception>

#include "completion.hpp"
#include "hfssh/manage/command/verb.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/process.hpp"
#include "hfssh/system/signal_watch.hpp"
#include "hfssh/system/text.hpp"
#include "misspelling.hpp"

namespace hfssh::manage {
namespace {

using Words = std::vector<std::string>;

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
void tell_as_json(Report& report, const system::Failure& failure) {
    report.whole().json("error", {{"code", failure.code()},
                                  {"message", failure.what()},
                                  {"fix", fix_json(system::read_hint(failure.hint()))}});
    print(report, true);
}

// What has been changed is told, whatever failed after it.
bool tells_of_changes(const Report& report) {
    return std::ranges::any_of(report.to_json().items(), [](const Json::Member& member) {
        return (member.first == "changed" && member.second.dump() == "true") ||
               member.first == "passphrase" ||  // a key was made
               (member.first == "purged" && member.second.dump() != "[]");
    });
}

Status fail(Report& report, const system::Failure& failure, bool as_json, const Verb& verb) {
    const bool changed = tells_of_changes(report);
    if (changed && !as_json) print(report, false);
    tell(failure);
    Report nothing(verb.name);
    if (as_json) tell_as_json(changed ? report : nothing, failure);
    return Status::failed;
}

int carry_out(const Verb& verb, const Action& action, bool as_json) {
    Report report(verb.name, !as_json);
    Status status = Status::failed;
    try {
        status = action(report);
    } catch (const system::Failure& failure) {
        return number(fail(report, failure, as_json, verb));
    }
    print(report, as_json);
    report.tell_what_follows();
    return number(status);
}

int refuse(const UsageError& error, const std::string& help) {
    system::say(error.message);
    system::hint(error.hint.empty() ? help : error.hint);
    return number(Status::usage);
}

int run_verb(const Verb& verb, const Words& words) {
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
    } catch (UsageError& error) {
        // "keys chekc": a word too many for "keys", but nearly "keys check"
        const std::string meant = misspelt_second_word(verb, words);
        if (!meant.empty()) error.hint = meant;
        return refuse(error, "git hf-ssh " + std::string(verb.name) + " -h");
    }
}

bool asks_for_manual(const Words& words) {
    const auto end = std::ranges::find(words, "--");
    return std::find(words.begin(), end, "--help") != end;
}

int dispatch(const Words& words) {
    if (words.empty()) return refuse({"a command is missing"}, "git hf-ssh -h lists them");
    if (words.front() == completion_verb)
        return offer_completions({words.begin() + 1, words.end()});
    if (words.front() == "-h") {
        print_out(usage());
        return number(Status::yes);
    }
    if (words.front() == "--version") {
        print_out("git-hf-ssh " HFSSH_VERSION "\n");
        return number(Status::yes);
    }
    if (asks_for_manual(words)) return open_manual();
    const Verb* verb = find_verb(words);
    if (verb == nullptr) return refuse(unknown_verb(words), "git hf-ssh -h lists them");
    const auto used = static_cast<std::ptrdiff_t>(system::words(verb->name).size());
    return run_verb(*verb, {words.begin() + used, words.end()});
}

}  // namespace

int run(const Words& words) {
    system::outlive_readers();
    try {
        return dispatch(words);
    } catch (const system::Failure& failure) {
        tell(failure);
    } catch (const UsageError& error) {
        return refuse(error, "git hf-ssh -h");
    } catch (const std::exception& error) {
        system::say(system::printable(error.what()));
    }
    return number(Status::failed);
}

}  // namespace hfssh::manage

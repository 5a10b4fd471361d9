#include "hfssh/manage/front/run.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <exception>

#include "completion.hpp"
#include "hfssh/manage/context/git.hpp"
#include "hfssh/settings/git_settings.hpp"
#include "hfssh/settings/variables.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/process.hpp"
#include "hfssh/system/signal_watch.hpp"
#include "hfssh/system/text.hpp"
#include "verbs.hpp"

// From words to an exit status: dispatch, and the one place where errors are printed.
namespace hfssh::manage {
namespace {

using Words = std::vector<std::string>;

int number(Status status) {
    return static_cast<int>(status);
}

int open_manual() {
    const std::string man = system::find_program("man");
    if (man.empty()) {
        system::say("man(1) not found");
        system::hint("a short help: git hf-ssh -h");
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
    report.whole().json("error", {{"code", name_of(failure.code())},
                                  {"message", failure.what()},
                                  {"fix", fix_json(system::read_hint(failure.hint()))}});
    print(report, true);
}

// A change is reported, whatever failed after it.
bool tells_of_changes(const Report& report) {
    const Json json = report.to_json();
    return json.value("changed", Json()) == true ||
           json.contains("passphrase") ||  // a key was made
           !json.value("purged", Json()).empty();
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
    Prepared prepared(verb);
    try {
        if (prepared.options().read(words)) {
            print_out(prepared.options().usage());
            return number(Status::yes);
        }
        return carry_out(verb, prepared.action(), prepared.as_json());
    } catch (UsageError& error) {
        // "keys chekc": a word too many for "keys", but nearly "keys check"
        const std::string meant = misspelt_second_word(verb, words);
        if (!meant.empty()) error.hint = meant;
        return refuse(error, "its options: git hf-ssh " + std::string(verb.name) + " -h");
    }
}

bool asks_for_manual(const Words& words) {
    const auto end = std::ranges::find(words, "--");
    return std::find(words.begin(), end, "--help") != end;
}

// As git colours what it says itself.
void heed_colours_of_git() {
    if (!system::has_colour(STDOUT_FILENO) && !system::has_colour(STDERR_FILENO)) return;
    try {
        const GitAnswer answer = ask_git({"config", "--null", "--show-scope", "--get-regexp",
                                          R"(^color\.(advice(\.hint)?|ui)$)"});
        if (const auto git = settings::read_git_config(answer.output)) {
            system::set_colour(git->colour(), git->color_hint);
        }
    } catch (const system::Failure&) {
        return;  // whoever needs git says what is wrong with it
    }
}

int dispatch(const Words& words) {
    if (!words.empty() && words.front() == completion_verb)
        return offer_completions({words.begin() + 1, words.end()});
    if (words.empty() || words.front() == "-h") {
        print_out(usage());
        return number(Status::yes);
    }
    if (words.front() == "--version") return dispatch({"version"});
    if (asks_for_manual(words)) return open_manual();
    const Verb* verb = find_verb(words);
    if (verb == nullptr) return refuse(unknown_verb(words), "the commands: git hf-ssh -h");
    heed_colours_of_git();
    const auto used = static_cast<std::ptrdiff_t>(system::words(verb->name).size());
    return run_verb(*verb, {words.begin() + used, words.end()});
}

// The table as a program reads it, for completions, editors and tests.
Json command_json(const Verb& verb) {
    Prepared prepared(verb);
    Json options = Json::array();
    Json word;
    for (const Declared& one : prepared.options().declared()) {
        if (one.kind == Declared::Kind::word) {
            word = {{"value", one.what}, {"required", one.required}, {"many", one.many}};
            continue;
        }
        options.push_back({{"name", one.name},
                           {"short", or_null(one.brief)},
                           {"value", or_null(one.what)},
                           {"help", one.help}});
    }
    return {{"name", verb.name}, {"summary", verb.summary}, {"options", options}, {"word", word}};
}

Json error_codes() {
    Json names = Json::array();
    for (int code = 0; code <= static_cast<int>(system::Code::unsafe_file); ++code)
        names.push_back(name_of(static_cast<system::Code>(code)));
    return names;
}

}  // namespace

Action help(Options& options) {
    const Words& names = options.arguments("COMMAND", false, "the command to explain");
    return [&](Report& report) {
        for (const Verb& verb : verbs()) {
            const bool wanted = names.empty() || find_verb(names) == &verb;
            if (wanted) report.add("commands").members(command_json(verb));
        }
        report.whole().json("variables", settings::variable_names);
        report.whole().json("settings", settings::setting_names);
        report.whole().json("errors", error_codes());
        if (!report.streams()) return Status::yes;
        if (names.empty()) return static_cast<Status>(open_manual());
        const Verb* verb = find_verb(names);
        if (verb == nullptr) throw unknown_verb(names);
        print_out(Prepared(*verb).options().usage());
        return Status::yes;
    };
}

Action version(Options& /*options*/) {
    return [](Report& report) {
        report.whole().heading("git-hf-ssh " HFSSH_VERSION, Tone::plain);
        report.whole().json("hf_ssh", HFSSH_VERSION);
        return Status::yes;
    };
}

int run(const Words& words) {
    system::outlive_readers();
    try {
        return dispatch(words);
    } catch (const system::Failure& failure) {
        tell(failure);
    } catch (const UsageError& error) {
        return refuse(error, "the commands: git hf-ssh -h");
    } catch (const std::exception& error) {
        system::say(system::printable(error.what()));
    }
    return number(Status::failed);
}

}  // namespace hfssh::manage

// git hf-ssh unsetup: takes hf-ssh's own lines out of git's configuration, and with --purge removes
// what hf-ssh keeps for this user outside of it.
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <memory>
#include <vector>

#include "hfssh/identity/memory_store.hpp"
#include "hfssh/identity/offer.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/signal_watch.hpp"
#include "plan.hpp"
#include "setup.hpp"

namespace hfssh::manage {
namespace {

using system::Failure;
using system::printable;

[[noreturn]] void refuse_unwritable(const ScopeFile& file, const std::vector<ConfigEdit>& edits,
                                    const std::string& problem) {
    std::string hint = "the commands to run:";
    for (const ConfigEdit& edit : edits) {
        hint += "\n" + command_text(edit, {"--file", file.path});
    }
    throw Failure("git could not write " + system::display_path(file.path) + ": " + problem, hint,
                  system::Code::git);
}

// A file, the lines of ours in it, and how `git config` writes it.
struct Place {
    ScopeFile file;
    std::vector<ConfigEdit> edits;
    std::vector<std::string> to;
};

Place look_at_place(Scope scope, ScopeFile file, std::vector<std::string> to) {
    auto edits = plan_unsetup(look_at_scope(scope, file.path));
    return {std::move(file), std::move(edits), std::move(to)};
}

// git may write to another file now than it did at the time of setup.
Place find_place(Scope scope) {
    Place place = look_at_place(scope, find_scope_file(scope), {option_of(scope)});
    const std::string other = second_file(scope);
    if (other.empty() || !place.edits.empty()) return place;
    Place second = look_at_place(scope, read_scope_file(other), {"--file", other});
    return second.edits.empty() ? place : second;
}

// git leaves an empty file if all that was in it has gone. A link stays, and so does its target.
bool remove_if_empty(const ScopeFile& file, Scope scope) {
    struct stat info = {};
    if (scope == Scope::local || ::lstat(file.path.c_str(), &info) != 0) return false;
    return S_ISREG(info.st_mode) && info.st_size == 0 && ::unlink(file.path.c_str()) == 0;
}

void take_away(const Place& place, Scope scope, bool verbose, Report& report) {
    report.empty_list("changes");
    Record& whole = report.whole();
    whole.json("scope", name_of(scope)).json("changed", !place.edits.empty());
    const std::string shown = system::display_path(place.file.path);
    if (place.edits.empty()) {
        whole.heading("hf-ssh is not registered " + words_for(scope) + "; nothing was changed",
                      Tone::plain);
        whole.json("file", place.file.path).json("removed", false);
        return;
    }
    if (const auto problem = make_edits(place.to, place.edits)) {
        refuse_unwritable(place.file, place.edits, *problem);
    }
    const bool removed = remove_if_empty(place.file, scope);
    whole.heading("hf-ssh is no longer git's ssh " + words_for(scope), Tone::plain);
    whole.add({"file", "file", place.file.path, shown});
    whole.add({"removed", "changed", removed,
               removed ? "removed, as there was nothing else in it"
                       : "only hf-ssh's lines were taken away"});
    for (const ConfigEdit& edit : place.edits) {
        const std::string command = command_text(edit, place.to);
        Record& record = report.add("changes");
        if (verbose) record.heading(command, Tone::plain);
        record.json("file", place.file.path).json("command", command);
    }
}

// One of another scope, or a variable, may go on.
void report_what_remains() {
    const Registration now = find_registration();
    if (now.kind != Registration::Kind::hf_ssh) return;
    system::say("git still runs hf-ssh here: " + now.source + " is " + printable(now.command));
}

void report_purged(const std::string& path, const std::string& what, Report& report) {
    report.add("purged")
        .heading("removed: " + what + " (" + system::display_path(path) + ")", Tone::plain)
        .json("path", path)
        .json("what", what);
}

// Removes the files of DIRECTORY whose names are OURS, following no link, and then the directory if
// nothing else is in it. Returns how many files there were.
std::size_t remove_files(const std::string& directory,
                         const std::function<bool(const std::string& name)>& ours) {
    const int fd =
        ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return 0;
    const std::unique_ptr<DIR, int (*)(DIR*)> open(::fdopendir(fd), &::closedir);
    if (!open) {
        ::close(fd);
        return 0;
    }
    std::vector<std::string> names;
    while (const dirent* entry = ::readdir(open.get())) {
        if (ours(entry->d_name)) names.emplace_back(entry->d_name);
    }
    for (const std::string& name : names) {
        if (::unlinkat(fd, name.c_str(), 0) == 0 || errno == ENOENT) continue;
        throw cannot("remove", directory + "/" + name, errno);
    }
    return names.size();
}

void purge_offers(const std::string& directory, Report& report) {
    if (remove_files(directory, identity::is_offer_name) > 0) {
        report_purged(directory, "the copies of public keys made for ssh", report);
    }
    if (::rmdir(directory.c_str()) == 0 || errno == ENOENT) return;
    const bool is_other = errno == ENOTDIR;
    system::say(system::display_path(directory) +
                (is_other ? " is not a directory of hf-ssh's and stays"
                          : " stays: there are files in it that hf-ssh did not write"));
}

void purge_memory(const std::string& state, Report& report) {
    identity::MemoryStore store(state, false);
    const std::size_t count = store.keys().size() + store.pushes().size();
    if (!store.forget_all()) {
        throw Failure("cannot remove what is remembered from " + system::display_path(state), {},
                      system::Code::file);
    }
    if (count > 0) report_purged(state, "the remembered accounts and pushes", report);
}

// Settings are the user's own.
void report_settings() {
    const auto lines = config_lines("^hf-ssh\\.");
    if (lines.empty()) return;
    system::say(
        lines.size() == 1
            ? "a setting of yours stays in git's configuration: " + printable(lines.front().key)
            : std::to_string(lines.size()) + " settings of yours stay in git's configuration");
    system::hint("list them: git config --show-origin --get-regexp '^hf-ssh\\.'");
}

void purge_all(Report& report) {
    report.empty_list("purged");
    const std::string state = system::state_directory();
    const std::string config = system::config_directory();
    if (state.empty())
        throw Failure("there is no home directory, so nothing is remembered", {},
                      system::Code::file);
    purge_memory(state, report);
    purge_offers(state + "/identities", report);
    if (remove_file(config + "/known_hosts")) {
        report_purged(config + "/known_hosts", "host keys that you added or revoked", report);
    }
    (void)remove_file(state + "/asking");    // which command asks hf.co about keys
    (void)remove_file(state + "/ssh-seen");  // which ssh has no options of its own
    (void)remove_file(state + "/prompted");  // when a passphrase was last typed
    (void)remove_file(state + "/servers");   // and which server allows sessions side by side
    (void)::rmdir(config.c_str());           // both only if nothing is left in them
    (void)::rmdir(state.c_str());
    report_settings();
}

Status run_unsetup(Scope scope, bool purge, bool verbose, Report& report) {
    system::speak_for("hf-ssh");
    {
        const system::SignalWatch signals;  // a change that was begun is completed
        const ConfigTurn turn(find_scope_file(scope));
        take_away(find_place(scope), scope, verbose, report);
        remove_old_copies();
        if (purge) purge_all(report);
    }
    report_what_remains();
    return Status::yes;
}

}  // namespace

bool remove_file(const std::string& path) {
    if (::unlink(path.c_str()) == 0) return true;
    if (errno == ENOENT || errno == ENOTDIR) return false;
    throw cannot("remove", path, errno);
}

void remove_old_copies() {
    const std::string state = system::state_directory();
    if (state.empty()) return;
    const std::string directory = state + "/setup";
    const std::size_t count = remove_files(directory, [](const std::string& name) {
        return name == "made" || name.ends_with(".json") || name.ends_with(".before");
    });
    if (count == 0) return;
    (void)::rmdir(directory.c_str());
    (void)::rmdir(state.c_str());
    system::say("removed copies of git's configuration that an earlier version kept in " +
                system::display_path(directory));
}

Action unsetup(Options& options) {
    const ScopeChoice scope(options);
    const bool& purge =
        options.flag("--purge", "also remove what is remembered, and host keys you added");
    const bool& verbose = options.flag("-v,--verbose", "print the commands that were run, too");
    return [scope, &purge, &verbose](Report& report) {
        return run_unsetup(scope.get(), purge, verbose, report);
    };
}

}  // namespace hfssh::manage

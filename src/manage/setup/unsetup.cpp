#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "config_trial.hpp"
#include "hfssh/identity/memory_store.hpp"
#include "hfssh/manage/command/verb.hpp"
#include "hfssh/system/encode.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/files.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/signal_watch.hpp"
#include "hfssh/system/unique_fd.hpp"
#include "plain_known_hosts.hpp"
#include "purge.hpp"
#include "record.hpp"
#include "registering.hpp"
#include "scope_choice.hpp"

namespace hfssh::manage {
namespace {

using system::Failure;
using system::printable;

constexpr int most_tries = 20;
constexpr useconds_t pause = 50'000;

// How the file came back.
enum class Way { untouched, restored, removed, edited };

std::string name_of(Way way) {
    switch (way) {
        case Way::untouched:
            return "untouched";
        case Way::restored:
            return "restored";
        case Way::removed:
            return "removed";
        case Way::edited:
            break;
    }
    return "edited";
}

[[noreturn]] void refuse_unwritable(const ScopeFile& file, const std::vector<ConfigEdit>& edits,
                                    const std::string& problem) {
    std::string hint = "what would be run:";
    for (const ConfigEdit& edit : edits) {
        hint += "\n" + command_text(edit, {"--file", file.path});
    }
    throw Failure("git could not write " + system::display_path(file.path) + ": " + problem, hint);
}

// git's own lock on a file, as lock_file() of git takes it: no other git writes it while this
// lives. Throws a Failure where another has it and keeps it.
class GitLock {
  public:
    explicit GitLock(const ScopeFile& file) : path_(file.resolved + ".lock") {
        for (int i = 0; i < most_tries; ++i) {
            fd_.reset(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
            if (fd_ || errno != EEXIST) return;
            ::usleep(pause);
        }
        throw Failure(system::display_path(file.path) +
                          " is locked: " + system::display_path(path_) + " is there",
                      "another git may be writing it; one that was killed leaves that file behind");
    }
    ~GitLock() {
        if (fd_) (void)::unlink(path_.c_str());
    }
    GitLock(const GitLock&) = delete;
    GitLock& operator=(const GitLock&) = delete;

    [[nodiscard]] bool held() const { return static_cast<bool>(fd_); }

  private:
    std::string path_;
    system::UniqueFd fd_;
};

// A file, and what is in it of ours.
struct Place {
    ScopeFile file;
    ScopeState state;
    std::optional<SetupRecord> record;
    std::vector<std::string> to;  // by which `git config` writes it

    [[nodiscard]] std::vector<ConfigEdit> edits() const {
        return plan_unsetup(state, record ? record->pushes : std::vector<std::string>(),
                            !record || record->former_was_here);
    }
};

Place look_at_place(Scope scope, ScopeFile file, const SetupRecords& records,
                    std::vector<std::string> to) {
    Place place{std::move(file), {}, {}, std::move(to)};
    place.state = look_at_scope(scope, place.file.path);
    place.record = records.find(scope, place.file.resolved);
    return place;
}

// Where setup has written: not the file that git would write to now, if that one came later.
Place find_place(Scope scope, const SetupRecords& records) {
    Place place = look_at_place(scope, find_scope_file(scope), records, {option_of(scope)});
    const std::string other = passed_over_file(scope);
    if (other.empty() || place.record || !place.edits().empty()) return place;
    Place before = look_at_place(scope, read_scope_file(other), records, {"--file", other});
    return before.record || !before.edits().empty() ? before : place;
}

// The file is as setup left it: it becomes what it was. False where that cannot be done, or where
// somebody has written in it at the last moment.
bool put_back(const ScopeFile& file, const SetupRecord& record, Way& way) {
    const GitLock lock(file);
    if (!lock.held()) return false;
    const ScopeFile now = read_scope_file(file.path);
    if (!now.exists || now.resolved != file.resolved ||
        system::fingerprint(now.content) != record.after) {
        return false;
    }
    way = record.existed ? Way::restored : Way::removed;
    if (record.existed) {
        return system::replace_file(file.resolved, *record.before, now.mode) == 0;
    }
    return ::unlink(file.resolved.c_str()) == 0;
}

Way bring_back(const Place& place, Report& report) {
    const ScopeFile& file = place.file;
    const auto& record = place.record;
    const bool as_left = record && record->before && file.exists &&
                         system::fingerprint(file.content) == record->after;
    Way way = Way::edited;
    if (as_left && put_back(file, *record, way)) return way;
    const auto edits = place.edits();
    if (edits.empty()) return Way::untouched;
    if (const auto problem = make_edits(place.to, edits)) {
        refuse_unwritable(file, edits, *problem);
    }
    for (const ConfigEdit& edit : edits) {
        const std::string command = command_text(edit, place.to);
        report.add("changes")
            .heading(printable(command), Tone::plain)
            .json("file", file.path)
            .json("command", command);
    }
    return Way::edited;
}

// COPIED: a copy of the file from before setup was kept.
std::string describe(Way way, Scope scope, bool copied) {
    switch (way) {
        case Way::untouched:
            return "hf-ssh is not registered " + words_for(scope) + ", nothing was changed";
        case Way::restored:
            return "put back as it was before setup";
        case Way::removed:
            return "removed: it was not there before setup";
        case Way::edited:
            break;
    }
    return copied ? "changed since setup, so our lines alone were taken away"
                  : "not copied by setup, so our lines alone were taken away";
}

void describe_file(const ScopeFile& file, Scope scope, Way way, bool copied, Report& report) {
    Record& whole = report.whole();
    whole.json("scope", manage::name_of(scope)).json("changed", way != Way::untouched);
    if (way == Way::untouched) {
        whole.heading(describe(way, scope, copied), Tone::plain);
        whole.json("file", file.path).json("way", name_of(way));
        return;
    }
    whole.heading("hf-ssh is no longer git's ssh " + words_for(scope), Tone::plain);
    whole.add({"file", "file", file.path, system::display_path(file.path), Tone::plain});
    whole.add({"way", "it was", name_of(way), describe(way, scope, copied), Tone::plain});
}

// One of another scope, or a variable, may go on.
void tell_what_remains() {
    const Registration now = find_registration();
    if (now.kind != Registration::Kind::hf_ssh) return;
    system::say("git still runs hf-ssh here: " + now.source + " is " + printable(now.command));
}

Status run_unsetup(Scope scope, bool purge, Report& report) {
    system::speak_for("hf-ssh");
    {
        const system::SignalWatch signals;  // what is begun is ended
        const SetupRecords records;
        const Place place = find_place(scope, records);
        const auto& record = place.record;
        report.empty_list("changes");
        const Way way = bring_back(place, report);
        describe_file(place.file, scope, way, record && record->before, report);
        const bool host_keys =
            record && record->host_keys && remove_known_hosts(*record->host_keys);
        report.whole().add(
            {"known_hosts", host_keys ? "host keys" : "",
             host_keys ? Json(record->host_keys->file) : Json(),
             host_keys ? "taken out of " + system::display_path(record->host_keys->file) : "",
             Tone::plain});
        records.remove(scope, place.file.resolved);
        if (purge) purge_all(report);
    }
    tell_what_remains();
    return Status::yes;
}

}  // namespace

Action unsetup(Options& options) {
    const auto scope = std::make_shared<ScopeChoice>();
    const auto purge = std::make_shared<bool>(false);
    scope->declare(options);
    options.flag("--purge", *purge, "also what is remembered, and the host keys you added");
    return [scope, purge](Report& report) { return run_unsetup(scope->get(), *purge, report); };
}

}  // namespace hfssh::manage

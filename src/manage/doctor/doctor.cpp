#include "doctor.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <optional>

#include "hfssh/manage/command/options.hpp"
#include "hfssh/manage/report/report.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"

// `git hf-ssh doctor`: runs the checks, and prints each group of them as soon as it is complete.
namespace hfssh::manage {
namespace {

using Result = Check::Result;

// The checks of one function, and when it is called: EARLY and LOCAL ones answer at once, START
// begins a wait.
struct Part {
    const char* group;
    const char* name;  // of the check that reports what stopped the function
    Checks (*early)(const Situation&) = nullptr;
    Checks (*local)(const Situation&) = nullptr;
    PendingChecks (*start)(const Situation&) = nullptr;
};

// In the order of the report: the chain from git to hf.co, then what else matters.
constexpr Part parts[] = {
    {"git", "git", check_git},
    {"git", "registration", check_registration},
    {"ssh", "ssh", nullptr, check_ssh},
    {"settings", "settings", nullptr, check_settings},
    {"settings", "memory", nullptr, check_memory},
    {"keys", "keys", nullptr, check_keys},
    {"keys", "ssh-agent", nullptr, check_agent},
    {"network", "network", nullptr, nullptr, check_network},
    {"host-keys", "host-keys", nullptr, nullptr, check_host_keys},
    {"host-keys", "known-hosts", nullptr, check_known_hosts},
    {"account", "account", nullptr, nullptr, check_account},
    {"repositories", "remotes", nullptr, check_remotes},
    {"repositories", "repositories", nullptr, nullptr, check_repositories},
    {"git-lfs", "git-lfs", check_lfs},
    {"git-lfs", "tokens", check_tokens},
};
constexpr std::size_t widest_group = 12;  // "repositories"
constexpr std::size_t widest_check = 17;  // "git-configuration"

// The checks whose finding is shown for a group in which all is well: the first one that is ok,
// else the first one that was skipped.
constexpr std::array<const char*, 11> leading = {
    "registration", "ssh",       "settings", "chosen-key",   "ipv4",   "ipv6",
    "proxy",        "host-keys", "account",  "repositories", "git-lfs"};

// What stops one part stops no other.
Checks guarded(const char* name, const std::function<Checks()>& look) {
    try {
        return look();
    } catch (const system::Failure& failure) {
        return {{name, Result::failure, failure.what(), {}, failure.hint()}};
    } catch (const std::exception& error) {
        return {{name, Result::failure, system::printable(error.what())}};
    }
}

// On one line of 80 columns, with the mark and the name of the group before it.
std::string fitted(const std::string& text) {
    constexpr std::size_t room = 80 - 9 - widest_group - 2;
    std::string line = text.substr(0, text.find('\n'));
    if (line.size() <= room) return line;
    const auto blank = line.rfind(' ', room - 4);
    line.resize(blank == std::string::npos ? room - 4 : blank);
    return line + " ...";
}

// The line of a group without a problem.
const Check& leader_of(const Checks& checks) {
    for (const Result result : {Result::ok, Result::skipped}) {
        for (const char* name : leading) {
            const auto found = std::ranges::find_if(checks, [&](const Check& check) {
                return check.name == name && check.result == result;
            });
            if (found != checks.end()) return *found;
        }
    }
    return checks.front();
}

std::string headline(const Check& leader, const Checks& checks) {
    const auto same = std::ranges::count_if(checks, [&](const Check& check) {
        return check.name == leader.name && check.result == leader.result;
    });
    if (same < 2) return fitted(leader.found);
    return fitted(leader.found + ", and " + std::to_string(same - 1) + " more");
}

class Examination {
  public:
    Examination(bool offline, bool verbose, Report& report)
        : offline_(offline), verbose_(verbose), report_(report) {}

    Status run() {
        progress_.show("checking git ...");
        const Situation situation =
            look_around(offline_, [&](const Situation& so_far) { look_early(so_far); });
        std::array<PendingChecks, std::size(parts)> pending;
        for (std::size_t i = 0; i < std::size(parts); ++i) {
            if (parts[i].start == nullptr) continue;
            Checks stopped = guarded(parts[i].name, [&] {
                pending[i] = parts[i].start(situation);
                return Checks();
            });
            if (!pending[i].valid()) found_[i] = std::move(stopped);
        }
        look(&Part::local, situation);
        for (std::size_t i = 0; i < std::size(parts); ++i) {
            if (!pending[i].valid()) continue;
            progress_.show(std::string("asking hf.co (") + parts[i].group + ") ...");
            found_[i] = guarded(parts[i].name, [&] { return pending[i].get(); });
            show_complete();
        }
        progress_.erase();
        return summarize();
    }

  private:
    void look(Checks (*Part::*when)(const Situation&), const Situation& situation) {
        for (std::size_t i = 0; i < std::size(parts); ++i) {
            const auto call = parts[i].*when;
            if (call == nullptr) continue;
            found_[i] = guarded(parts[i].name, [&] { return call(situation); });
            show_complete();
        }
    }

    void look_early(const Situation& so_far) {
        look(&Part::early, so_far);
        progress_.show("checking ssh and the keys ...");
    }

    // Prints the groups that are complete, in order.
    void show_complete() {
        bool some = false;
        while (shown_ < std::size(parts)) {
            std::size_t end = shown_;
            const std::string_view group = parts[shown_].group;
            while (end < std::size(parts) && parts[end].group == group && found_[end])
                ++end;
            if (end < std::size(parts) && parts[end].group == group) break;
            Checks checks;
            for (; shown_ < end; ++shown_)
                std::ranges::move(*found_[shown_], std::back_inserter(checks));
            add_group(std::string(group), checks);
            std::ranges::move(checks, std::back_inserter(all_));
            some = true;
        }
        if (!some) return;
        progress_.erase();
        print_so_far(report_);
    }

    void add_group(const std::string& group, const Checks& checks) {
        const bool well = std::ranges::none_of(checks, is_problem);
        const Check* leader = well && !verbose_ ? &leader_of(checks) : nullptr;
        for (const Check& check : checks) {
            Record& record = report_.add("checks");
            if (&check == leader) {
                describe(check, group, headline(check, checks), widest_group, record);
            } else {
                const bool shown = verbose_ || (!well && is_problem(check));
                describe(check, shown ? check.name : "", check.found,
                         verbose_ ? widest_check : widest_group, record);
            }
        }
    }

    Status summarize() {
        const auto count = [&](Result result) {
            return static_cast<std::size_t>(std::ranges::count(all_, result, &Check::result));
        };
        const std::size_t failures = count(Result::failure);
        const std::size_t warnings = count(Result::warning);
        const std::size_t skipped = count(Result::skipped);
        std::string text;
        if (failures != 0) text += counted(failures, "failure") + ", ";
        if (warnings != 0) text += counted(warnings, "warning") + ", ";
        text += std::to_string(count(Result::ok)) + " ok";
        if (skipped != 0) text += ", " + std::to_string(skipped) + " skipped";
        if (!verbose_) text += "; --verbose shows all checks";
        Record& last = report_.last();
        last.heading(text, failures != 0 ? Tone::bad : warnings != 0 ? Tone::caution : Tone::good);
        last.json("summary", {{"ok", count(Result::ok)},
                              {"warning", warnings},
                              {"failure", failures},
                              {"skipped", skipped}});
        start_with(all_, last);
        return failures == 0 ? Status::yes : Status::no;
    }

    bool offline_;
    bool verbose_;
    Report& report_;
    Progress progress_;
    std::array<std::optional<Checks>, std::size(parts)> found_;
    std::size_t shown_ = 0;  // parts that have been printed
    Checks all_;
};

}  // namespace

Action doctor(Options& options) {
    const bool& offline = options.flag("--offline", "make no network connections");
    const bool& verbose = options.flag("-v,--verbose", "show every check, not just the problems");
    return [&](Report& report) { return Examination(offline, verbose, report).run(); };
}

}  // namespace hfssh::manage

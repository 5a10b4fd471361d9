#include "doctor.hpp"

#include <algorithm>
#include <exception>
#include <map>
#include <span>

#include "hfssh/manage/command/verb.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"

namespace hfssh::manage {
namespace {

using Result = Check::Result;

struct LocalGroup {
    const char* name;
    Checks (*look)(const Situation&);
};

struct ConnectingGroup {
    const char* name;
    PendingChecks (*start)(const Situation&);
};

constexpr LocalGroup early[] = {{"git", check_git},
                                {"registration", check_registration},
                                {"git-lfs", check_lfs},
                                {"tokens", check_tokens}};
constexpr LocalGroup local[] = {
    {"ssh", check_ssh},         {"settings", check_settings},       {"keys", check_keys},
    {"ssh-agent", check_agent}, {"known-hosts", check_known_hosts}, {"memory", check_memory}};
constexpr ConnectingGroup connecting[] = {{"network", check_network},
                                          {"host-keys", check_host_keys},
                                          {"account", check_account},
                                          {"remotes", check_remotes}};
// The chain, from git to hf.co, and what may stand beside it.
constexpr const char* order[] = {"git",       "registration", "ssh",     "settings",  "keys",
                                 "ssh-agent", "known-hosts",  "network", "host-keys", "account",
                                 "remotes",   "git-lfs",      "tokens",  "memory"};

using Found = std::map<std::string, Checks>;

// What stops one group stops no other.
Checks guarded(const char* name, const std::function<Checks()>& look) {
    try {
        return look();
    } catch (const system::Failure& failure) {
        return {{name, Result::failure, failure.what(), {}, failure.hint()}};
    } catch (const std::exception& error) {
        return {{name, Result::failure, system::printable(error.what()), {}, {}}};
    }
}

void look_at(std::span<const LocalGroup> groups, const Situation& situation, Found& found) {
    for (const LocalGroup& group : groups) {
        found[group.name] = guarded(group.name, [&] { return group.look(situation); });
    }
}

Checks in_order(Found& found) {
    Checks checks;
    for (const char* name : order) {
        std::ranges::move(found[name], std::back_inserter(checks));
    }
    return checks;
}

Checks look(bool offline) {
    Found found;
    const Situation situation =
        look_around(offline, [&](const Situation& so_far) { look_at(early, so_far, found); });
    std::map<std::string, PendingChecks> pending;
    for (const ConnectingGroup& group : connecting) {
        found[group.name] = guarded(group.name, [&] {
            pending[group.name] = group.start(situation);
            return Checks();
        });
    }
    look_at(local, situation, found);
    for (auto& [name, checks] : pending) {
        if (!checks.valid()) continue;
        found[name] = guarded(name.c_str(), [&checks = checks] { return checks.get(); });
    }
    return in_order(found);
}

Mark mark_of(Result result) {
    switch (result) {
        case Result::ok:
            return Mark::ok;
        case Result::warning:
            return Mark::warning;
        case Result::failure:
            return Mark::failure;
        case Result::skipped:
            break;
    }
    return Mark::skipped;
}

const char* word_of(Result result) {
    switch (result) {
        case Result::ok:
            return "ok";
        case Result::warning:
            return "warning";
        case Result::failure:
            return "failure";
        case Result::skipped:
            break;
    }
    return "skipped";
}

void add(const Check& check, std::size_t width, Report& report) {
    Record& record = report.add("checks");
    std::string label = check.name;
    label.resize(std::max(width, label.size()), ' ');
    const bool detailed = check.result == Result::warning || check.result == Result::failure;
    const auto shown = [&](const char* name, const std::string& text) {
        return detailed && !text.empty() ? name : "";
    };
    record.mark(mark_of(check.result), label, check.found);
    record.json("name", check.name).json("result", word_of(check.result));
    record.json("found", check.found);
    record.add({"why", shown("why", check.why), check.why, check.why, Tone::plain});
    record.add({"fix", shown("fix", check.fix), check.fix.empty() ? Json() : Json(check.fix),
                check.fix, Tone::strong, true});
}

std::string counted(std::size_t count, const char* one, const char* many) {
    return std::to_string(count) + " " + (count == 1 ? one : many);
}

// The first link that is broken; where none is, the first that is not as it should be.
const Check* first_to_fix(const Checks& checks) {
    const bool broken = std::ranges::find(checks, Result::failure, &Check::result) != checks.end();
    const auto found = std::ranges::find_if(checks, [&](const Check& check) {
        return check.result == (broken ? Result::failure : Result::warning) && !check.fix.empty();
    });
    return found == checks.end() ? nullptr : &*found;
}

Status summarize(const Checks& checks, Report& report) {
    const auto count = [&](Result result) {
        return static_cast<std::size_t>(std::ranges::count(checks, result, &Check::result));
    };
    const std::size_t failures = count(Result::failure);
    const std::size_t warnings = count(Result::warning);
    const std::size_t unseen = count(Result::skipped);
    Record& last = report.last();
    std::string text;
    if (failures != 0) text += counted(failures, "failure", "failures") + ", ";
    if (warnings != 0) text += counted(warnings, "warning", "warnings") + ", ";
    text += std::to_string(count(Result::ok)) + " ok";
    if (unseen != 0) text += ", " + std::to_string(unseen) + " skipped";
    last.heading(text, failures != 0 ? Tone::bad : warnings != 0 ? Tone::caution : Tone::good);
    last.json("summary", {{"ok", count(Result::ok)},
                          {"warning", warnings},
                          {"failure", failures},
                          {"skipped", unseen}});
    const Check* first = first_to_fix(checks);
    if (first == nullptr) {
        last.json("first", Json());
    } else {
        last.add({"first",
                  "start with",
                  {{"check", first->name}, {"fix", first->fix}},
                  first->fix,
                  Tone::strong,
                  true});
    }
    return failures == 0 ? Status::yes : Status::no;
}

}  // namespace

Action doctor(Options& options) {
    const auto offline = std::make_shared<bool>(false);
    options.flag("--offline", *offline, "connect nowhere");
    return [offline](Report& report) {
        const Checks checks = look(*offline);
        std::size_t width = 0;
        for (const Check& check : checks)
            width = std::max(width, check.name.size());
        for (const Check& check : checks)
            add(check, width, report);
        return summarize(checks, report);
    };
}

}  // namespace hfssh::manage

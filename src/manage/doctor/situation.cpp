#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "doctor.hpp"
#include "hfssh/manage/context/git.hpp"
#include "hfssh/manage/context/registration.hpp"
#include "hfssh/settings/variables.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/process.hpp"
#include "hfssh/system/text.hpp"
#include "hfssh/system/trace.hpp"

extern char** environ;

// Asks git and ssh once; the checks are made on what they answered.
namespace hfssh::manage {
namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;
using system::Capture;

constexpr auto answers_within = seconds(10);
constexpr auto connects_within = seconds(8);

Capture start(const system::Command& command) {
    return Capture(command, Capture::Errors::collect);
}

std::string first_line(std::string_view text) {
    const auto lines = system::lines(system::trim(text));
    return lines.empty() ? std::string() : std::string(system::trim(lines.front()));
}

std::vector<std::string> variables_of_ours() {
    std::vector<std::string> names;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        if (text.starts_with("HF_SSH_")) names.emplace_back(text.substr(0, text.find('=')));
    }
    std::ranges::sort(names);
    return names;
}

void look_at_git(Situation& situation) {
    situation.git = system::find_program("git");
    if (!situation.git.empty()) {
        const auto until = steady_clock::now() + answers_within;
        situation.git_version =
            first_line(start({situation.git, {"git", "--version"}}).wait(until).output);
    }
    if (!situation.git_version.empty() && !read_git_version(situation.git_version)) {
        situation.no_surroundings = "the git on PATH is another program";
        return;
    }
    try {
        // A .git that leads nowhere (a worktree mounted into a container) keeps git from reading
        // anything here, and a clone from nothing.
        constexpr std::string_view nowhere = "fatal: not a git repository: ";
        const GitAnswer place = ask_git({"rev-parse", "--git-dir"});
        if (place.errors.starts_with(nowhere)) {
            situation.broken_repository = system::trim(place.errors.substr(nowhere.size()));
            if (::chdir("/") != 0) system::trace("cannot leave this directory");
        }
        auto surroundings = std::make_unique<Surroundings>();
        (void)surroundings->remotes();  // throws if git cannot use the repository here
        situation.surroundings = std::move(surroundings);
    } catch (const system::Failure& failure) {
        situation.no_surroundings = failure.what();
    }
}

void look_at_ssh(Situation& situation) {
    const auto& surroundings = situation.surroundings;
    ssh::Underlying& underlying = situation.underlying;
    underlying =
        ssh::find_underlying(surroundings ? surroundings->registration().via : std::nullopt);
    if (!situation.has_ssh()) return;
    // OpenSSH prints it on standard error.
    ssh::Underlying bare = underlying;  // an unknown option has a check of its own
    bare.arguments.clear();
    Capture asked_version = start(ssh::command_for(bare, {"-V"}));
    // As hf-ssh asks it, but with its errors kept. At the same time: if both hang, the wait is one.
    Capture asked = start(ssh::command_for(underlying, {"-G", "-T", "-N", "--", "git@hf.co"}));
    const auto until = steady_clock::now() + answers_within;
    const auto version = asked_version.wait(until);
    const auto answer = asked.wait(until);
    situation.ssh_version = first_line(version.errors.empty() ? version.output : version.errors);
    if (answer.succeeded()) return;
    situation.ssh_complaint = system::trim(answer.errors);
    if (!situation.ssh_complaint.empty()) return;
    situation.ssh_complaint = answer.end == Capture::Result::End::timed_out
                                  ? "ssh -G did not answer within ten seconds"
                                  : "ssh -G failed without a message";
}

void look_ahead(Situation& situation) {
    if (!situation.surroundings) {
        situation.why_no_connection = situation.no_surroundings;
        return;
    }
    if (!situation.ssh_complaint.empty()) {
        situation.why_no_connection = "ssh does not accept its configuration";
        return;
    }
    try {
        situation.connection = situation.surroundings->look_here();
    } catch (const system::Failure& failure) {
        situation.why_no_connection = failure.what();
        situation.why_no_connection_hint = failure.hint();
    }
}

}  // namespace

Situation look_around(bool offline, const std::function<void(const Situation&)>& early) {
    Situation situation;
    situation.variables = variables_of_ours();  // before HF_SSH_KEY is taken from our children
    if (offline) {
        situation.offline = "--offline";
    } else if (!settings::may_ask_hub(std::nullopt)) {
        situation.offline = "HF_HUB_OFFLINE is set";
    }
    system::speak_for("hf-ssh");
    look_at_git(situation);
    early(situation);
    look_at_ssh(situation);
    look_ahead(situation);
    situation.deadline = steady_clock::now() + connects_within;
    return situation;
}

Check skipped(const std::string& name, const std::string& reason) {
    return {name, Check::Result::skipped, "not checked: " + reason};
}

PendingChecks at_once(Checks checks) {
    std::promise<Checks> promise;
    promise.set_value(std::move(checks));
    return promise.get_future();
}

Check does_not_apply(const std::string& name, const std::string& found) {
    return {name, Check::Result::skipped, found};
}

}  // namespace hfssh::manage

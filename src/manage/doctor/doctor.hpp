#pragma once

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>

#include "hfssh/manage/context/outlook.hpp"
#include "hfssh/manage/report/check.hpp"
#include "hfssh/ssh/words/underlying.hpp"

// `git hf-ssh doctor`: what the groups of checks look at, and the groups.
namespace hfssh::manage {

// Found out once, before any check. Whatever could not be found out is empty or null, and a check
// that needs it is skipped with the reason: so nothing here makes a check throw.
struct Situation {
    std::string offline;  // why nothing may be connected: "--offline", "HF_HUB_OFFLINE is set"

    std::vector<std::string> variables;  // the names of HF_SSH_* that are set

    std::string git;          // its path; empty: there is none
    std::string git_version;  // what it says of itself: "git version 2.39.5"; empty: nothing

    ssh::Underlying underlying;  // the ssh that hf-ssh would run
    std::string ssh_version;     // "OpenSSH_9.2p1, OpenSSL …"; empty: it did not tell
    std::string ssh_complaint;   // what it has against the person's configuration; empty: nothing

    // Null where git could not be asked.
    std::unique_ptr<Surroundings> surroundings;
    std::string no_surroundings;  // why; printable
    // What a connection to hf.co from here would be, for this repository's first remote there or
    // for hf.co as such. Null where hf-ssh would make none.
    std::unique_ptr<Outlook> outlook;
    std::string no_outlook;  // why; printable
    std::string no_outlook_hint;

    // No check waits for the network any longer than until then.
    std::chrono::steady_clock::time_point deadline;
    [[nodiscard]] bool told_to_end() const { return surroundings && surroundings->told_to_end(); }
};

// Asks git and ssh, and reads this person's settings. From here on things are as git hands them to
// its ssh; EARLY is called before, where what git was given on its own command line still counts.
// Throws nothing that a missing or broken program is the cause of.
[[nodiscard]] Situation look_around(bool offline,
                                    const std::function<void(const Situation&)>& early);

// For a check that cannot be made: "not looked at: REASON".
[[nodiscard]] Check skipped(const std::string& name, const std::string& reason);

// Why, of a check that needs `outlook`; another check has the cause.
inline constexpr const char* no_connection = "hf-ssh can make no connection to hf.co";

// Groups that look at this machine alone. A system::Failure from one becomes a failed check of the
// group's name. The first four are asked early.
[[nodiscard]] Checks check_git(const Situation& situation);
[[nodiscard]] Checks check_registration(const Situation& situation);
[[nodiscard]] Checks check_lfs(const Situation& situation);
[[nodiscard]] Checks check_tokens(const Situation& situation);
[[nodiscard]] Checks check_ssh(const Situation& situation);
[[nodiscard]] Checks check_settings(const Situation& situation);
[[nodiscard]] Checks check_keys(const Situation& situation);
[[nodiscard]] Checks check_agent(const Situation& situation);
[[nodiscard]] Checks check_known_hosts(const Situation& situation);
[[nodiscard]] Checks check_memory(const Situation& situation);

// Groups that connect: the call starts what has to be waited for and returns at once, get() waits.
// All are started before any is waited for, one by one in the main thread; each get() is called
// there, too. A program is started by the call itself, not in a thread: on Linux a child ends with
// the *thread* that started it. So std::async(std::launch::deferred, …) around a HubQuestion, and
// std::launch::async around a connection of our own. They end by `deadline`, and soon after
// told_to_end(). With `offline` they connect nowhere, and each check that would have is skipped.
using PendingChecks = std::future<Checks>;
[[nodiscard]] PendingChecks check_network(const Situation& situation);
[[nodiscard]] PendingChecks check_host_keys(const Situation& situation);
[[nodiscard]] PendingChecks check_account(const Situation& situation);
[[nodiscard]] PendingChecks check_remotes(const Situation& situation);

}  // namespace hfssh::manage

#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hfssh/manage/context/surroundings.hpp"
#include "hfssh/manage/report/report.hpp"
#include "hfssh/native/line/addresses.hpp"
#include "hfssh/ssh/words/underlying.hpp"

// `git hf-ssh doctor`: what the checks are made on, and the functions that make them.
namespace hfssh::manage {

// Found out once, before any check. What could not be found out is empty or null, and a check that
// needs it is skipped with the reason: so nothing here makes a check throw.
struct Situation {
    std::string offline;  // why no connection may be made: "--offline", "HF_HUB_OFFLINE is set"

    std::vector<std::string> variables;  // the names of HF_SSH_* that are set

    std::string git;                // its path; empty if there is none
    std::string git_version;        // what it prints: "git version 2.39.5"; empty if nothing
    std::string broken_repository;  // where .git here leads to, if there is none

    ssh::Underlying underlying;  // the ssh that hf-ssh would run
    std::string ssh_version;     // "OpenSSH_9.2p1, OpenSSL …"; empty if it did not print one
    std::string ssh_complaint;   // its error about the user's configuration; empty if none

    // Null if git could not be asked.
    std::unique_ptr<Surroundings> surroundings;
    std::string no_surroundings;  // why; printable
    // What a connection to hf.co from here would be, for this repository's first remote there or
    // for hf.co as such. Null if hf-ssh would make none.
    std::unique_ptr<Connection> connection;
    std::string why_no_connection;  // why; printable
    std::string why_no_connection_hint;

    // No check waits for the network any longer than until then.
    std::chrono::steady_clock::time_point deadline;
    // Is there an ssh, and can it run for this user?
    [[nodiscard]] bool has_ssh() const { return underlying.runs() && !underlying.no_passwd_entry; }
    [[nodiscard]] bool told_to_end() const { return surroundings && surroundings->told_to_end(); }
};

// Asks git and ssh, and reads the user's settings. From then on the environment and the working
// directory are those that git gives to its ssh; EARLY is called before that, while git's own
// command line (`git -c`) still counts. A missing or broken program makes it throw nothing.
[[nodiscard]] Situation look_around(bool offline,
                                    const std::function<void(const Situation&)>& early);

// For a check that cannot be made: "not checked: REASON".
[[nodiscard]] Check skipped(const std::string& name, const std::string& reason);

// For a check that does not apply here: FOUND says why.
[[nodiscard]] Check does_not_apply(const std::string& name, const std::string& found);

// The reason for a check that needs `connection`; another check has the cause.
inline constexpr const char* no_connection = "hf-ssh can make no connection to hf.co";

// Checks of this machine alone. A system::Failure from one becomes a failed check. The first four
// are made early.
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
[[nodiscard]] Checks check_remotes(const Situation& situation);

// Checks that connect: the call starts what has to be waited for and returns at once, get() waits.
// All are started before the first get(), one by one in the main thread; each get() is called
// there, too. A program is started by the call itself, not in a thread: on Linux a child ends with
// the *thread* that started it. So std::async(std::launch::deferred, …) around a transport::Asked,
// and std::launch::async around a connection of our own. They end by `deadline`, and soon after
// told_to_end(). With `offline` they connect nowhere, and each check that would have is skipped.
using PendingChecks = std::future<Checks>;
[[nodiscard]] PendingChecks at_once(Checks checks);  // what needs no wait
[[nodiscard]] PendingChecks check_network(const Situation& situation);
[[nodiscard]] PendingChecks check_host_keys(const Situation& situation);
[[nodiscard]] PendingChecks check_account(const Situation& situation);
[[nodiscard]] PendingChecks check_repositories(const Situation& situation);

// A remote that leads to hf.co over SSH.
struct HubRemote {
    Remote remote;
    GitUrl url;
    // Of PATH, through the same host name: an alias may belong to another account.
    [[nodiscard]] std::string address(const std::string& path) const;
};
[[nodiscard]] std::vector<HubRemote> hub_remotes(const Situation& situation);

// An error of ssh(1) about its configuration, in its own words on standard error.
struct SshComplaint {
    enum class Kind {
        line,         // FILE, line LINE
        option,       // an option of the command line
        permissions,  // owner or mode of FILE
        other,
    };
    Kind kind = Kind::other;
    std::string file;
    int line = 0;
    std::string text;  // without the place: "Bad configuration option: nonsense"
};
// The first complaint in WORDS that names its place, else the first line; nullopt if WORDS is
// empty. Pure.
[[nodiscard]] std::optional<SshComplaint> read_ssh_complaint(std::string_view words);

// The hosts for which a netrc file (netrc(5): machine NAME login … password …) has an entry, in its
// order; comments and macro definitions are ignored. Pure.
[[nodiscard]] std::vector<std::string> netrc_hosts(std::string_view text);

// A line of a known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT) that counts for a host.
struct KnownHostsLine {
    std::size_t number = 0;  // from 1
    std::string marker;      // "@revoked", "@cert-authority", or empty
    std::string type;
    std::string base64;
    // The host for which `ssh-keygen -R` removes the line; empty if it would not do so, or would
    // remove more: a marker, a pattern.
    std::string name;
};

// The OUTPUT of `ssh-keygen -F NAME`. Pure.
[[nodiscard]] std::vector<KnownHostsLine> read_found_lines(std::string_view output,
                                                           const std::string& name);

// The checks "dns", "ipv4" and "ipv6": what came of looking at the addresses of a place without a
// proxy. A family that neither this machine nor the place has is as it should be, as long as the
// other one serves. Pure.
[[nodiscard]] Checks judge_addresses(const transport::Place& place,
                                     const native::AddressReport& report);

}  // namespace hfssh::manage

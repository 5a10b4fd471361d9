// The last station. Explains a failure once, unless the helper did; after a success, remembers
// which key served.
#include "hfssh/transport/lesson.hpp"

#include <fcntl.h>

#include "advice.hpp"
#include "causes.hpp"
#include "hfssh/settings/variables.hpp"
#include "hfssh/ssh/closed/refusal.hpp"
#include "hfssh/system/hint.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/unique_fd.hpp"
#include "hfssh/transport/plan.hpp"
#include "retry.hpp"
#include "unlock.hpp"
#include "wrapper.hpp"

namespace hfssh::transport {
namespace {

using hub::Service;
using identity::Candidate;
using Kind = Lesson::Line::Kind;

constexpr int ssh_itself = 255;

bool is_git(Service service) {
    return service == Service::upload_pack || service == Service::receive_pack;
}

// git-lfs tries an unknown git-lfs-transfer first, always, and repeats what fails.
bool is_lfs(Service service) {
    return service == Service::lfs_authenticate;
}

bool succeeded(const ssh::Ended& ended) {
    return ended.status == 0 && ended.signal == 0;
}

bool unexplained(const Ended& ended) {
    return ended.ssh.status != 0 && ended.ssh.signal == 0 && !ended.ssh.interrupted &&
           ended.report != ssh::Report::refused && ended.report != ssh::Report::explained;
}

// scp and sftp run ssh with the subsystem "sftp", or with the command "scp -t PATH".
bool copies_files(const Facts& facts) {
    const auto& line = facts.endpoint.line;
    if (line.command.empty()) return false;
    const std::string& command = line.command.front();
    return line.has('s') || command == "scp" || command.starts_with("scp ");
}

// What is looked at, and what is made of it.
class Explaining {
  public:
    Explaining(const Facts& facts, const Decision& decision, const Ended& ended,
               const Remembered& remembered)
        : facts_(facts),
          decision_(decision),
          ended_(ended),
          remembered_(remembered),
          candidate_(facts.inventory.candidates[*decision.chosen]) {}

    Lesson lesson() {
        const bool checked = !was_not_checked();
        if (!checked) warn_of_no_check();
        if (succeeded(ended_.ssh)) {
            const auto& repository = facts_.remote.repository;
            lesson_.remember_push = checked && facts_.remote.service == Service::receive_pack &&
                                    repository && !repository->name_space.empty() && candidate_.key;
        } else if (ended_.ssh.signal == 0 && !ended_.ssh.interrupted) {
            explain();
        }
        return std::move(lesson_);
    }

  private:
    void say(std::string text) { lesson_.lines.push_back({Kind::message, std::move(text)}); }
    void hint(std::string text) { lesson_.lines.push_back({Kind::hint, std::move(text)}); }

    // A remote command ran, yet our helper has not reported: something between us and ssh (a
    // wrapper with settings of its own) took the check out. Too late to prevent, not too late to
    // say. It is not proof: a wrapper that runs ssh in another PID namespace hides a helper that
    // did its work.
    [[nodiscard]] bool was_not_checked() const {
        return ended_.reports && ended_.report == ssh::Report::none && ended_.ssh.signal == 0 &&
               ended_.ssh.status != ssh_itself && ended_.ssh.error == 0;
    }

    void warn_of_no_check() {
        say("warning: the ssh that was run did not have the host key of hf.co checked, so nobody "
            "verified the server\n"
            "it seems to be a wrapper with host key settings of its own (VerifyHostKeyDNS, "
            "KnownHostsCommand …)");
        hint("check which ssh is in use: git hf-ssh doctor");
    }

    void explain() {
        if (ended_.report == ssh::Report::refused) return explain_refusal();
        // Whoever reported it has said it all.
        if (ended_.report == ssh::Report::explained) return;
        const bool itself = ended_.ssh.status == ssh_itself;
        if (copies_files(facts_) && (!itself || ended_.report == ssh::Report::accepted)) {
            say("hf.co serves git only: scp and sftp cannot be used with it");
        } else if (!itself) {
            explain_remote_failure();
        } else if (ended_.report == ssh::Report::accepted) {
            explain_lost_connection();
        } else if (!ended_.reports) {
            explain_untold();
        } else {
            explain_no_connection(lesson_, facts_, remembered_);
        }
    }

    void explain_refusal() {
        const ssh::Refusal refusal = ssh::explain_refusal(facts_.trusted, ended_.presented);
        say(refusal.text);
        if (!refusal.hint.empty()) hint(refusal.hint);
    }

    // The connection was verified and authenticated, and then the remote command failed. git-lfs
    // shows only its last attempt, so each of them gets the whole text.
    void explain_remote_failure() {
        const Service service = facts_.remote.service;
        if (service == Service::upload_archive) return explain_archive();
        if (!is_git(service) && !is_lfs(service)) return;
        if (remembered_.answer) {
            explain_account(lesson_, facts_, decision_, remembered_);
        } else if (needs_person(candidate_, facts_.inventory) || is_lfs(service)) {
            say(key_line(facts_, decision_));
            hint("hf.co treats unknown keys as \"anonymous\"; check yours: " +
                 check_command(candidate_, {}));
            if (facts_.remote.repository) {
                hint("if it is known, ask the owner of " +
                     system::printable(facts_.remote.repository->path()) + " for access");
            }
        }
    }

    void explain_archive() {
        say("hf.co made no archive: it is not known to serve git archive --remote");
        if (facts_.remote.repository) {
            hint("clone the repository instead: git clone --depth 1 " +
                 url_word(*facts_.remote.repository));
        }
    }

    // The host key was accepted. Whether the login failed or the line broke afterwards shows in a
    // second attempt, unless the key needs a person.
    void explain_lost_connection() {
        if (ended_.logged_in) return say("the connection to hf.co broke; try again");
        if (!candidate_.ready()) return explain_locked();
        if (!remembered_.look) {
            say("the login failed, or the connection broke afterwards\n" +
                key_line(facts_, decision_));
            return hint("check the key: " + check_command(candidate_, {}));
        }
        const Cause cause = cause_in(*remembered_.look);
        if (cause == Cause::agent) {
            say("the ssh-agent refused to sign with this key\n" + key_line(facts_, decision_));
            hint("see which keys the agent holds: ssh-add -l");
        } else if (cause == Cause::not_accepted && facts_.endpoint.user != "git") {
            explain_login_name();
        } else if (cause == Cause::not_accepted) {
            say("hf.co's host key is right, but the login failed\n" + key_line(facts_, decision_));
            hint("check the key: " + check_command(candidate_, {}));
        } else {
            say("the connection to hf.co broke; try again");
        }
    }

    void explain_login_name() {
        say("hf.co takes no login name but git, and this one is \"" +
            system::printable(facts_.endpoint.user) + "\"");
        hint("with the right one: " + (facts_.remote.repository
                                           ? "git ls-remote " + url_word(*facts_.remote.repository)
                                           : "ssh -T git@hf.co"));
    }

    void explain_locked() {
        const bool nobody = facts_.typed.variables.nobody_to_ask || !remembered_.terminal;
        say((nobody ? "the key could not be unlocked: its passphrase cannot be asked for here\n"
                    : "the key was not unlocked, or the connection broke; ssh says above which\n") +
            key_line(facts_, decision_));
        hint("unlock it once, for the ssh-agent: " +
             system::with_agent("ssh-add " + system::shell_path(candidate_.path),
                                facts_.agent.usable()));
    }

    // Without the helper's report it is unknown how far ssh came, but for a second attempt.
    void explain_untold() {
        if (remembered_.look) {
            const Cause cause = cause_in(*remembered_.look);
            if (cause == Cause::host_key) {
                const std::string& said = remembered_.look->said;
                const ssh::Refusal refusal = ssh::explain_banner(facts_.trusted, said);
                say(refusal.text);
                return hint(refusal.hint);
            }
            if (cause == Cause::agent || cause == Cause::not_accepted) {
                return explain_lost_connection();
            }
            if (cause != Cause::unknown) {
                return explain_no_connection(lesson_, facts_, remembered_);
            }
            if (!remembered_.look->said.empty()) say(remembered_.look->said);
        }
        // Our helper explains what it refuses; whether it was asked is not known here.
        const bool helper =
            facts_.wire == Wire::native || facts_.endpoint.settings.has_known_hosts_command();
        say((helper ? "no connection to hf.co: the reason is above, as far as it is known without "
                      "/proc"
                    : std::string(said_above)) +
            "\n" + key_line(facts_, decision_));
        hint("if it is about the host key, compare all host keys: git hf-ssh host-keys check");
    }

    const Facts& facts_;
    const Decision& decision_;
    const Ended& ended_;
    const Remembered& remembered_;
    const Candidate& candidate_;
    Lesson lesson_;
};

}  // namespace

bool needs_account(const Facts& facts, const Decision& decision, const Ended& ended) {
    if (!unexplained(ended) || ended.ssh.status == ssh_itself) return false;
    const Service service = facts.remote.service;
    if (!is_git(service) && !is_lfs(service)) return false;
    // Without a memory each of its attempts would ask.
    if (is_lfs(service) && !facts.store.remembers()) return false;
    return facts.inventory.candidates[*decision.chosen].key.has_value();
}

bool needs_look(const Facts& facts, const Decision& decision, const Ended& ended) {
    if (!unexplained(ended) || ended.ssh.status != ssh_itself) return false;
    if (!ended.reports) return explains_alone(facts);
    const Endpoint& endpoint = facts.endpoint;
    if (endpoint.line.has('v')) return false;  // the user is looking already
    if (ended.report == ssh::Report::accepted) {
        return !ended.logged_in &&
               !needs_person(facts.inventory.candidates[*decision.chosen], facts.inventory);
    }
    return endpoint.proxy_command.empty();
}

Remembered find_out(Facts& facts, const Decision& decision, const Ended& ended,
                    const std::function<bool()>& give_up) {
    if (needs_account(facts, decision, ended)) return find_account(facts, decision, give_up);
    if (needs_look(facts, decision, ended)) return look_again(facts, decision, give_up);
    Remembered found;
    if (unexplained(ended)) {
        const system::UniqueFd terminal(::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC));
        found.terminal = terminal || settings::askpass_can_ask();
    }
    return found;
}

Outcome run_to_end(Facts& facts, const Decision& decision, const system::SignalWatch& signals) {
    const auto give_up = [&] { return signals.told_to_end(); };
    Retry retry(facts);
    for (bool busy = false;;) {
        Plan plan = make_plan(facts, decision);
        Outcome outcome{run(plan, facts, decision, signals), {}};
        if (facts.endpoint.line.has('G')) return outcome;
        const Ended& ended = outcome.ended;
        // That the server is busy, and not something else, is looked at once.
        busy = busy && ended.ssh.status == ssh_itself && ended.report == ssh::Report::none;
        if (!busy) {
            outcome.found = find_out(facts, decision, ended, give_up);
            busy = was_too_busy(ended, outcome.found.look);
        }
        if (busy && retry.again(give_up)) continue;
        if (busy && !outcome.found.look) outcome.found = find_out(facts, decision, ended, give_up);
        return outcome;
    }
}

Lesson learn(const Facts& facts, const Decision& decision, const Ended& ended,
             const Remembered& remembered) {
    return Explaining(facts, decision, ended, remembered).lesson();
}

void conclude(const Lesson& lesson, Facts& facts, const Decision& decision, const Ended& ended) {
    for (const Lesson::Line& line : lesson.lines) {
        (line.kind == Kind::hint ? system::hint : system::say)(line.text);
    }
    if (lesson.remember_push) {
        facts.store.remember_push(facts.remote.repository->name_space,
                                  *facts.inventory.candidates[*decision.chosen].key);
    }
    remember_ssh();
    const std::string unlock =
        propose_unlock(facts, facts.inventory.candidates[*decision.chosen], ended);
    if (!unlock.empty()) system::hint(unlock);
}

}  // namespace hfssh::transport

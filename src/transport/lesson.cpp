// The last station: a failure is explained, once, and not what the helper has explained; from a
// success is learned which key serves.
#include "hfssh/transport/lesson.hpp"

#include "hfssh/ssh/closed/refusal.hpp"
#include "hfssh/system/message.hpp"
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
        if (was_not_checked()) warn_of_no_check();
        if (succeeded(ended_.ssh)) {
            const auto& repository = facts_.remote.repository;
            lesson_.remember_push = facts_.remote.service == Service::receive_pack && repository &&
                                    !repository->name_space.empty() && candidate_.key;
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
        hint("HF_SSH_TRACE=1 shows which ssh it is; see hf-ssh(1), SECURITY");
    }

    void explain() {
        if (ended_.report == ssh::Report::refused) return explain_refusal();
        // Whoever reported it has said it all.
        if (ended_.report == ssh::Report::explained) return;
        if (ended_.ssh.status != ssh_itself) {
            if (needs_account(facts_, decision_, ended_)) explain_remote_failure();
        } else if (ended_.report == ssh::Report::accepted) {
            explain_lost_connection();
        } else if (!ended_.reports) {
            explain_untold();
        } else {
            explain_no_connection();
        }
    }

    void explain_refusal() {
        const ssh::Refusal refusal = ssh::explain_refusal(facts_.trusted, ended_.presented);
        say(refusal.text);
        if (!refusal.hint.empty()) hint(refusal.hint);
    }

    // The connection was verified and authenticated, and then the remote command failed.
    void explain_remote_failure() {
        if (remembered_.answer) {
            // git-lfs repeats itself: it was said already.
            if (is_lfs(facts_.remote.service) && !remembered_.asked_now) return;
            explain_account(remembered_.answer->account);
        } else if (needs_person(candidate_, facts_.inventory)) {
            say(key_line());
            hint(
                "hf.co calls whoever comes with a key that it does not know anonymous; see whom it "
                "greets: hf-ssh -T git@hf.co");
        }
    }

    void explain_account(const std::string& account) {
        if (account == "anonymous") {
            explain_anonymous();
        } else if (!account.empty()) {
            say("hf.co knows this key as \"" + account + "\"\n" + key_line());
            hint("see whether " + account + " may do this with " + target() +
                 ", and whether the path is right (datasets/NAME/REPOSITORY, "
                 "spaces/NAME/REPOSITORY)");
        }
    }

    // hf.co lets everybody in and calls those it does not know anonymous: a public clone works, the
    // push fails, and its own message says nothing of keys.
    void explain_anonymous() {
        say("hf.co does not know this key (it answered \"Hi anonymous\")\n" + key_line());
        std::string text = "add the key to your account: " + check_command();
        if (const auto& repository = facts_.remote.repository;
            repository && !repository->name_space.empty()) {
            text += "\nor, if another key belongs there: git hf-ssh use ~/.ssh/KEY --for " +
                    repository->name_space;
        }
        hint(text);
    }

    void explain_lost_connection() {
        say("hf.co proved its identity, then the connection ended\n" + key_line());
        if (!candidate_.ready()) {
            hint("the key has a passphrase" +
                 std::string(facts_.typed.variables.nobody_to_ask
                                 ? ", and nobody can be asked for it here"
                                 : "") +
                 "; give the key to the ssh-agent: ssh-add " + system::shell_word(candidate_.path));
        } else {
            hint(
                "if it says \"Permission denied\" above, the key could not be used: is it the "
                "right one, and unlocked? ssh-add -l");
        }
    }

    // Without the helper's word nobody knows how far ssh came.
    void explain_untold() {
        say("the connection to hf.co failed; the message above says why\n" + key_line());
        hint(
            "if ssh speaks of the host key, the server is not hf.co, or shows a key that Hugging "
            "Face has not published: https://huggingface.co/docs/hub/security-git-ssh");
    }

    void explain_no_connection() {
        say("no connection to hf.co; the message above says why");
        hint(
            "hf.co must be reachable on port 22, directly or through a ProxyCommand or ProxyJump "
            "of your ssh configuration");
    }

    // "key: ~/.ssh/id_ed25519 (ED25519 SHA256:…), the only key there is"
    [[nodiscard]] std::string key_line() const {
        std::string text = "key: " + identity::describe(candidate_);
        if (candidate_.key) {
            text += " (" + candidate_.key->label() + " " + candidate_.fingerprint() + ")";
        }
        return text + ", " + decision_.reason.text;
    }

    [[nodiscard]] std::string target() const {
        return facts_.remote.repository ? facts_.remote.repository->path() : "the repository";
    }

    // Names the key, unless the environment does, whose file is gone by then.
    [[nodiscard]] std::string check_command() const {
        const std::string command = "git hf-ssh keys check --open";
        if (candidate_.origin == identity::Origin::environment) return command;
        return command + " " +
               (candidate_.path.empty() ? candidate_.fingerprint()
                                        : system::shell_word(candidate_.path));
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
    const bool remote_failed = ended.ssh.status != 0 && ended.ssh.status != ssh_itself &&
                               ended.ssh.signal == 0 && !ended.ssh.interrupted;
    if (!remote_failed || ended.report == ssh::Report::refused ||
        ended.report == ssh::Report::explained) {
        return false;
    }
    const Service service = facts.remote.service;
    if (!is_git(service) && !is_lfs(service)) return false;
    // Without a memory its repeated attempts could not be told from the first.
    if (is_lfs(service) && !facts.store.remembers()) return false;
    return facts.inventory.candidates[*decision.chosen].key.has_value();
}

Lesson learn(const Facts& facts, const Decision& decision, const Ended& ended,
             const Remembered& remembered) {
    return Explaining(facts, decision, ended, remembered).lesson();
}

void conclude(const Lesson& lesson, Facts& facts, const Decision& decision) {
    for (const Lesson::Line& line : lesson.lines) {
        (line.kind == Kind::hint ? system::hint : system::say)(line.text);
    }
    if (lesson.remember_push) {
        facts.store.remember_push(facts.remote.repository->name_space,
                                  *facts.inventory.candidates[*decision.chosen].key);
    }
    remember_ssh();
}

}  // namespace hfssh::transport

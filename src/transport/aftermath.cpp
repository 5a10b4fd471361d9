#include "aftermath.hpp"

#include <chrono>

#include "hfssh/system/message.hpp"
#include "hfssh/system/trace.hpp"

namespace hfssh::transport {
namespace {

using hub::Service;
using identity::Candidate;
using system::hint;
using system::say;

bool is_git(Service service) {
    return service == Service::upload_pack || service == Service::receive_pack;
}

// git-lfs tries an unknown git-lfs-transfer first, always, and repeats what fails.
bool is_lfs(Service service) {
    return service == Service::lfs_authenticate;
}

// "~/.ssh/id_ed25519 (ED25519 SHA256:…)"
std::string name_key(const Candidate& candidate) {
    std::string text = identity::describe(candidate);
    if (!candidate.key) return text;
    return text + " (" + candidate.key->label() + " " + candidate.fingerprint() + ")";
}

std::string key_line(const Selection& selection) {
    return "key: " + name_key(selection.candidate) + ", " + selection.reason.text;
}

std::string target(const Attempt& attempt) {
    return attempt.command.repository ? attempt.command.repository->path() : "the repository";
}

// Names the key, unless the environment does, whose file is gone by then.
std::string check_command(const Candidate& candidate) {
    const std::string command = "git hf-ssh keys check --open";
    if (candidate.origin == identity::Origin::environment) return command;
    return command + " " +
           (candidate.path.empty() ? candidate.fingerprint() : system::shell_word(candidate.path));
}

// hf.co lets everybody in and calls those it does not know anonymous: a public clone works, the
// push fails, and its own message says nothing of keys.
void explain_anonymous(const Attempt& attempt) {
    say("hf.co does not know this key (it answered \"Hi anonymous\")\n" +
        key_line(attempt.selection));
    std::string text = "add the key to your account: " + check_command(attempt.selection.candidate);
    if (const auto& repository = attempt.command.repository;
        repository && !repository->name_space.empty()) {
        text += "\nor, if another key belongs there: git hf-ssh use ~/.ssh/KEY --for " +
                repository->name_space;
    }
    hint(text);
}

void explain_known(const Attempt& attempt, const std::string& account) {
    say("hf.co knows this key as \"" + account + "\"\n" + key_line(attempt.selection));
    hint("see whether " + account + " may do this with " + target(attempt) +
         ", and whether the path is right (datasets/NAME/REPOSITORY, spaces/NAME/REPOSITORY)");
}

void explain_account(const Attempt& attempt, const std::string& account) {
    if (account == "anonymous") {
        explain_anonymous(attempt);
    } else if (!account.empty()) {
        explain_known(attempt, account);
    }
}

// May hf.co be asked without anybody having to do something for it?
bool signs_alone(const Selection& selection) {
    return selection.candidate.ready() && !selection.candidate.hardware &&
           !(selection.candidate.in_agent && selection.agent_asks_person);
}

// The connection was verified and authenticated, and then the remote command failed.
void explain_remote_failure(const Attempt& attempt, identity::MemoryStore& memory) {
    const Service service = attempt.command.service;
    if ((!is_git(service) && !is_lfs(service)) || !attempt.selection.candidate.key) return;
    // Without a memory its repeated attempts could not be told from the first.
    if (is_lfs(service) && !memory.remembers()) return;
    const identity::PublicKey& key = *attempt.selection.candidate.key;
    const auto now = std::chrono::system_clock::now();
    const auto before = memory.asked(key.fingerprint());
    if (before && now - before->when < std::chrono::minutes(1) && before->when <= now) {
        // git-lfs repeats itself: it was said already.
        if (is_git(service)) explain_account(attempt, before->account);
        return;
    }
    if (!signs_alone(attempt.selection)) {
        say(key_line(attempt.selection));
        hint(
            "hf.co calls whoever comes with a key that it does not know anonymous; see whom it "
            "greets: hf-ssh -T git@hf.co");
        return;
    }
    const auto account = attempt.ask_account();
    if (!account && attempt.told_to_end()) return;
    memory.remember_answer(key, attempt.selection.candidate.comment, {account.value_or(""), now});
    explain_account(attempt, account.value_or(""));
}

void explain_lost_connection(const Attempt& attempt) {
    const Candidate& candidate = attempt.selection.candidate;
    say("hf.co proved its identity, then the connection ended\n" + key_line(attempt.selection));
    if (!candidate.ready()) {
        hint("the key has a passphrase" +
             std::string(attempt.batch_mode ? ", and nobody can be asked for it here" : "") +
             "; give the key to the ssh-agent: ssh-add " + system::shell_word(candidate.path));
    } else {
        hint(
            "if it says \"Permission denied\" above, the key could not be used: is it the right "
            "one, and unlocked? ssh-add -l");
    }
}

// Without the helper's word nobody knows how far ssh came.
void explain_untold(const Attempt& attempt) {
    say("the connection to hf.co failed; the message above says why\n" +
        key_line(attempt.selection));
    hint(
        "if ssh speaks of the host key, the server is not hf.co, or shows a key that Hugging Face "
        "has not published: https://huggingface.co/docs/hub/security-git-ssh");
}

void explain_no_connection() {
    say("no connection to hf.co; the message above says why");
    hint(
        "hf.co must be reachable on port 22, directly or through a ProxyCommand or ProxyJump of "
        "your ssh configuration");
}

void explain_failure(const Attempt& attempt, identity::MemoryStore& memory) {
    constexpr int ssh_itself = 255;
    if (attempt.report == ssh::Report::refused) return ssh::tell(attempt.refusal());
    if (attempt.report == ssh::Report::explained) return;
    if (attempt.ended.status != ssh_itself) {
        explain_remote_failure(attempt, memory);
    } else if (attempt.report == ssh::Report::accepted) {
        explain_lost_connection(attempt);
    } else if (!attempt.reports) {
        explain_untold(attempt);
    } else {
        explain_no_connection();
    }
}

// A remote command ran, yet our helper has not reported: something between us and ssh (a wrapper
// with settings of its own) took the check out. Too late to prevent, not too late to say. It is
// not proof: a wrapper that runs ssh in another PID namespace hides a helper that did its work.
bool was_not_checked(const Attempt& attempt) {
    return attempt.reports && attempt.report == ssh::Report::none && attempt.ended.signal == 0 &&
           attempt.ended.status != 255 && attempt.ended.error == 0;
}

}  // namespace

void conclude(const Attempt& attempt, identity::MemoryStore& memory) {
    const ssh::Ended& result = attempt.ended;
    if (was_not_checked(attempt)) {
        say("warning: the ssh that was run did not have the host key of hf.co checked, so nobody "
            "verified the server\n"
            "it seems to be a wrapper with host key settings of its own (VerifyHostKeyDNS, "
            "KnownHostsCommand …)");
        hint("HF_SSH_TRACE=1 shows which ssh it is; see hf-ssh(1), SECURITY");
    }
    if (result.status == 0 && result.signal == 0) {
        const auto& repository = attempt.command.repository;
        if (attempt.command.service == Service::receive_pack && repository &&
            !repository->name_space.empty() && attempt.selection.candidate.key) {
            memory.remember_push(repository->name_space, *attempt.selection.candidate.key);
        }
        return;
    }
    if (result.signal == 0 && !result.interrupted) explain_failure(attempt, memory);
}

}  // namespace hfssh::transport

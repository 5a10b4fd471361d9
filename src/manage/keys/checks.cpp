#include "hfssh/manage/keys/checks.hpp"

#include "hfssh/identity/policy.hpp"
#include "hfssh/manage/report/key.hpp"
#include "hfssh/system/message.hpp"

// Can one key be used, and if not, why? Decided without asking hf.co.
namespace hfssh::manage {
namespace {

using identity::AgentState;
using identity::Candidate;
using identity::Inventory;
using identity::NotStored;
using identity::Refusal;
using Result = Check::Result;

constexpr const char* make_key = "git hf-ssh keys new";
constexpr const char* start_agent = "eval \"$(ssh-agent -s)\"";

bool is_file(const Candidate& candidate) {
    return candidate.has_private && !candidate.path.empty();
}

// Why the agent did not list its keys; empty if it did, or there is none.
std::string agent_trouble(AgentState state) {
    const bool answered = state == AgentState::none || state == AgentState::answered;
    return answered ? std::string() : identity::agent_text(state);
}

Check refused_type(const Candidate& candidate) {
    if (candidate.refusal == Refusal::dsa) {
        return {"dsa", Result::failure, "it is a DSA key", "DSA keys are never offered", make_key};
    }
    if (candidate.refusal != Refusal::short_rsa) {
        const auto obstacle = identity::obstacle_of(candidate, AgentState::none);
        return {"not-accepted", Result::failure, "it " + obstacle->text,
                "your ssh configuration rules this key out", make_key};
    }
    return {"short-rsa", Result::failure,
            "it is an RSA key of " + std::to_string(candidate.key->bits) + " bits",
            "RSA keys below 2048 bits are never offered", make_key};
}

Check exposed(const Candidate& candidate) {
    return {"exposed", candidate.in_agent ? Result::warning : Result::failure,
            "other users can read " + system::display_path(candidate.path),
            "ssh refuses to use such a file", "chmod 600 " + shell_path(candidate.path)};
}

Check unreadable(const Candidate& candidate) {
    const auto obstacle = identity::obstacle_of(candidate, AgentState::none);
    Check check{"unreadable", Result::warning, "the file cannot be read by ssh as it is",
                "only the copy of it in the agent can be used"};
    if (obstacle) {
        check = {"unreadable", Result::failure,
                 system::display_path(candidate.path) + " " + obstacle->text,
                 "ssh does not offer the key", obstacle->fix};
    }
    return check;
}

// The private half is neither in a file nor in the agent, as far as is known.
Check public_only(const Candidate& candidate, AgentState agent) {
    const std::string trouble = agent_trouble(agent);
    const std::string add = "add the file of its private half to an ssh-agent (ssh-add)";
    if (!trouble.empty()) {
        return {"agent-unreachable", Result::failure,
                "only its public half is here, and " + trouble,
                "the private half may be in that agent", start_agent};
    }
    if (agent == AgentState::none) {
        return {"no-agent", Result::failure,
                "only its public half is here (" + system::display_path(candidate.path) +
                    "), and no ssh-agent is in use",
                "without the private half it cannot be used", add};
    }
    return {"public-only", Result::failure,
            "only its public half is here (" + system::display_path(candidate.path) +
                "), and the ssh-agent does not have the key",
            "without the private half it cannot be used", add};
}

Check locked(const Candidate& candidate, AgentState agent) {
    const std::string unlock = how_to_unlock(candidate, agent);
    const std::string secret = candidate.provider.empty() ? "passphrase" : "PIN";
    const std::string why =
        "ssh asks for its " + secret + " at each use, and fails if it cannot ask";
    const std::string trouble = agent_trouble(agent);
    if (!trouble.empty()) {
        return {"agent-unreachable", Result::warning, "it has a " + secret + ", and " + trouble,
                why, unlock};
    }
    if (agent == AgentState::none) {
        return {"no-agent", Result::warning, "it has a " + secret + ", and no ssh-agent is in use",
                why, unlock};
    }
    return {"locked", Result::warning,
            "it has a " + secret + ", and the ssh-agent does not have the key", why, unlock};
}

// ssh(1) would offer what these files contain; hf-ssh does not.
Check misleading(const Candidate& candidate) {
    const std::string path = shell_path(candidate.path);
    if (candidate.has_public) {
        return {"misleading-certificate", Result::warning,
                "the certificate next to it (" + system::display_path(candidate.path) +
                    "-cert.pub) belongs to another key",
                "hf-ssh ignores it; plain ssh would offer it", "rm " + path + "-cert.pub"};
    }
    return {"misleading-public", Result::warning,
            system::display_path(candidate.path) + ".pub is not its public half",
            "hf-ssh offers the key itself; plain ssh would offer the .pub",
            "ssh-keygen -y -f " + path + " > " + path + ".pub"};
}

void add_notes(const Candidate& candidate, const Inventory& inventory, Checks& findings) {
    if (candidate.hardware) {
        findings.push_back(
            {"hardware", Result::ok, "it is on a security key", "each use asks for a touch"});
    }
    if (candidate.in_agent && inventory.agent_asks_person) {
        findings.push_back({"agent-asks", Result::ok, "its agent may ask you to confirm each use"});
    }
    if (candidate.key && candidate.key->algorithm == identity::Algorithm::rsa) {
        findings.push_back({"rsa", Result::ok, "it is an RSA key",
                            "current servers accept RSA only with SHA-2; an old agent that signs "
                            "with SHA-1 will be rejected"});
    }
}

}  // namespace

KeyJudgement judge_key(const Candidate& candidate, const Inventory& inventory) {
    KeyJudgement judgement;
    judgement.usable = candidate.usable();
    judgement.ready = candidate.ready();
    Checks& findings = judgement.findings;
    if (candidate.refusal != Refusal::none) {
        findings.push_back(refused_type(candidate));
        return judgement;
    }
    if (is_file(candidate) && candidate.exposed) findings.push_back(exposed(candidate));
    if (is_file(candidate) && !candidate.exposed && !candidate.file_serves()) {
        findings.push_back(unreadable(candidate));
    }
    if (!candidate.usable() && !is_file(candidate)) {
        findings.push_back(public_only(candidate, inventory.agent));
    }
    if (candidate.usable() && !candidate.ready()) {
        findings.push_back(locked(candidate, inventory.agent));
    }
    if (candidate.misleading && is_file(candidate)) findings.push_back(misleading(candidate));
    add_notes(candidate, inventory, findings);
    return judgement;
}

Check check_place(const identity::Place& place) {
    const std::string path = system::display_path(place.path);
    const char* list = "git hf-ssh keys";
    switch (place.problem.kind) {
        case NotStored::Kind::missing:
            return {"missing", Result::failure, "no such file: " + path, {}, list};
        case NotStored::Kind::unreadable:
            return {"unreadable",
                    Result::failure,
                    path + " cannot be read: " + place.problem.detail,
                    {},
                    list};
        case NotStored::Kind::alone:
            return {"alone",
                    Result::failure,
                    path + " is not used: " + place.problem.detail,
                    {},
                    "git config --global hf-ssh.identity " + shell_path(place.path)};
        case NotStored::Kind::no_key:
            break;
    }
    return {"no-key", Result::failure, path + " is not a key: " + place.problem.detail, {}, list};
}

Check check_choice(const transport::NoKey& none) {
    // In the order of NoKey::Cause.
    constexpr const char* names[] = {
        "none",    "missing", "unreadable",  "public-only",     "exposed",
        "refused", "none",    "unknown-key", "unknown-account", "wrapper"};
    const char* name = none.named ? names[static_cast<std::size_t>(none.cause)] : "none";
    return {name, Result::failure, none.message, {}, none.hint};
}

Check anonymous_key(const Candidate& candidate) {
    return {"anonymous", Result::failure,
            "hf.co does not know this key (it answered \"Hi anonymous\")",
            "it can read public repositories, nothing else", check_command("--open", candidate)};
}

std::string check_command(const std::string& option, const Candidate& candidate) {
    const std::string command = "git hf-ssh keys check " + option;
    if (candidate.origin == identity::Origin::secret) return command;
    return command + " " + key_word(candidate);
}

std::string key_word(const Candidate& candidate) {
    if (!candidate.path.empty()) return shell_path(candidate.path);
    return candidate.fingerprint();
}

}  // namespace hfssh::manage

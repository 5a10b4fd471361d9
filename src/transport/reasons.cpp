// Why this key, or why not: every sentence of it, once.
#include "reasons.hpp"

#include <algorithm>

#include "hfssh/identity/policy.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::transport {
namespace {

using identity::AgentState;
using identity::Candidate;
using identity::Refusal;
using Cause = NoKey::Cause;

constexpr const char* list_keys = "list the keys: git hf-ssh keys";
constexpr const char* make_key = "make one: git hf-ssh keys new";

std::string as_to_account(const std::string& account, const std::string& wanted) {
    if (account.empty()) return "not known to belong to " + wanted;
    if (account == "anonymous") return "hf.co did not know it";
    if (!system::equal_ignoring_case(account, wanted)) return "its account is " + account;
    return {};
}

int rank_of(const std::string& account) {
    return account.empty() ? 1 : account == "anonymous" ? 2 : 0;
}

// Both could have been chosen: which difference decided?
std::string comes_after(const Comparison& both) {
    if (rank_of(both.account) > rank_of(both.chosen_account)) {
        return both.account.empty() ? "hf.co was never asked whose it is" : "hf.co did not know it";
    }
    if (both.chosen.ready() && !both.candidate.ready()) {
        return "it has a passphrase; another key is ready";
    }
    return "it comes later in the order of keys";
}

// The account that the rule asked for; empty where it asked for none.
std::string wanted_account(const identity::Request& request, int rule) {
    if (rule == 2 && !request.environment_identity) {
        return request.environment_account.value_or("");
    }
    if (rule == 4) {
        const auto* setting = identity::setting_for(request);
        const bool account =
            setting != nullptr && setting->kind == identity::Setting::Kind::account;
        return account ? setting->value : std::string();
    }
    return rule == 5 ? request.repository->name_space : std::string();
}

// Without any candidate: a file that was configured, or one that may be a key.
bool lies_there(const identity::Inventory& inventory, const identity::Request& request,
                NoKey& why) {
    using Kind = identity::NotStored::Kind;
    const bool configured = !inventory.places.empty();
    if (!configured && inventory.unread.empty()) return false;
    const identity::Place& place = configured ? inventory.places.front() : inventory.unread.front();
    const std::string path = system::shell_path(place.path);
    const bool by_ssh =
        std::ranges::find(request.configured, place.path) != request.configured.end();
    why = not_stored(by_ssh ? "IdentityFile in your ssh configuration" : "", place);
    why.named = false;
    if (place.problem.kind == Kind::missing) why.hint = "make it: git hf-ssh keys new " + path;
    if (place.problem.kind == Kind::alone)
        why.hint = "use it: git config --global hf-ssh.identity " + path;
    if (by_ssh && request.policy.identities_only) {
        why.message += ", and IdentitiesOnly allows no other";
    }
    return true;
}

}  // namespace

Standing fitness(const Candidate& candidate) {
    if (candidate.usable()) return {};
    if (candidate.refusal == Refusal::none && !candidate.has_private) {
        return {Verdict::public_only, 0, {}, "only its public half is here"};
    }
    const auto obstacle = identity::obstacle_of(candidate, AgentState::none);
    const Verdict verdict = candidate.refusal != Refusal::none ? Verdict::refused
                            : candidate.exposed                ? Verdict::exposed
                                                               : Verdict::unreadable;
    return {verdict, 0, {}, obstacle ? "it " + obstacle->text : std::string()};
}

std::string why_passed_over(const Comparison& both) {
    const int rule = both.reason.rule;
    if (const std::string wanted = wanted_account(both.request, rule); !wanted.empty()) {
        const std::string why = as_to_account(both.account, system::printable(wanted));
        return why.empty() ? comes_after(both) : why;
    }
    switch (rule) {
        case 4:
            return "a setting names another key";
        case 6:
            return "another key served the last push to " +
                   system::printable(both.request.repository->name_space);
        case 7:
            if (!both.request.wrapper.files.empty())
                return "the ssh that is run offers another key";
            return "your ssh configuration names another key";
        case 8:
            return comes_after(both);
        default:
            return both.reason.text + " names another key";
    }
}

NoKey not_stored(const std::string& who, const identity::Place& place) {
    const std::string key =
        system::display_path(place.path) + (who.empty() ? "" : " (" + who + ")");
    if (place.problem.kind == identity::NotStored::Kind::missing) {
        return {Cause::not_there, true, "there is no key " + key, list_keys};
    }
    return {Cause::unreadable, true, "the key " + key + " cannot be used: " + place.problem.detail,
            list_keys};
}

NoKey not_usable(const std::string& who, const Candidate& candidate, AgentState agent) {
    const auto obstacle = identity::obstacle_of(candidate, agent).value_or(identity::Obstacle{});
    const Cause cause = candidate.refusal != Refusal::none           ? Cause::refused
                        : candidate.has_private && candidate.exposed ? Cause::exposed
                        : candidate.has_private                      ? Cause::unreadable
                                                                     : Cause::public_only;
    const bool lost = cause == Cause::unreadable && candidate.form == identity::KeyForm::damaged;
    const char* const purpose =
        cause == Cause::refused || lost ? "to make another key: " : "to fix it: ";
    std::string hint = obstacle.fix.empty() ? std::string() : purpose + obstacle.fix;
    if (cause == Cause::public_only) {
        hint = "add its private half to the agent with ssh-add, or name a private file";
    }
    return {
        cause, true,
        identity::describe(candidate) + (who.empty() ? "" : " (" + who + ")") + " " + obstacle.text,
        std::move(hint)};
}

NoKey unknown_fingerprint(const std::string& who, const std::string& fingerprint,
                          AgentState agent) {
    std::string message =
        "no key here has the fingerprint " + system::printable(fingerprint) + " (" + who + ")";
    if (agent != AgentState::answered) message += "; " + identity::agent_text(agent);
    return {Cause::unknown_key, true, std::move(message), list_keys};
}

NoKey unknown_account(const std::string& who, const std::string& account) {
    return {Cause::unknown_account, true,
            "no usable key is known to belong to the account " + system::printable(account) + " (" +
                who + ")",
            "ask hf.co which account each key belongs to: git hf-ssh whoami --all"};
}

NoKey no_token_key(const std::string& who, const std::string& provider) {
    return {Cause::token_has_none, true,
            "the token of " + system::display_path(provider) + " (" + who + ") has no usable key",
            "see what it has: ssh-keygen -D " + system::shell_word(provider)};
}

NoKey nothing_to_offer(const identity::Inventory& inventory, const identity::Request& request) {
    const bool several = inventory.candidates.size() > 1;
    for (const Candidate& candidate : inventory.candidates) {
        if (candidate.refusal == Refusal::dsa || candidate.refusal == Refusal::short_rsa) continue;
        NoKey why = not_usable(several ? "" : "the only key", candidate, inventory.agent);
        why.named = false;
        if (const Unheard unheard = unheard_agent(inventory, request);
            why.cause == Cause::public_only && inventory.agent == AgentState::none &&
            !unheard.why.empty()) {
            why.message += "; " + unheard.why;
            if (request.wrapper.sets_agent) why.hint = unheard.fix;
        }
        if (several) why.message = "none of the keys here can be used: " + why.message;
        return why;
    }
    std::string message = "there is no SSH key to offer to hf.co";
    if (!request.environment_key_name.empty()) {
        message += " (" + request.environment_key_name + " is set, but empty)";
    }
    const identity::Policy& policy = request.policy;
    if (inventory.candidates.empty() && policy.identities_only && policy.files_configured &&
        inventory.places.empty()) {
        return {
            Cause::none_here, false,
            "your ssh configuration allows no key for hf.co: IdentitiesOnly yes, and IdentityFile "
            "none",
            "see what counts: ssh -G hf.co"};
    }
    if (!request.key_of_ssh.empty()) {
        message += ": HOME is not your home of passwd(5), where ssh finds a key";
        return {Cause::none_here, false, std::move(message),
                "name it: export HF_SSH_IDENTITY=" + system::shell_path(request.key_of_ssh)};
    }
    const bool some = !inventory.candidates.empty();
    if (some) message += ": DSA and short RSA keys are never offered";
    const Cause cause = some ? Cause::refused : Cause::none_here;
    if (!request.environment_key_name.empty()) {
        // In CI: a pull request from a fork is given no secrets.
        return {cause, false, std::move(message),
                "give " + request.environment_key_name +
                    (request.environment_key_name == "HF_SSH_KEY"
                         ? " the text of a private key file, or unset it"
                         : " the path of a private key file, or unset it")};
    }
    const Unheard unheard = unheard_agent(inventory, request);
    if (NoKey lies; !some && lies_there(inventory, request, lies)) {
        if (!unheard.why.empty()) lies.message += "; " + unheard.why;
        return lies;
    }
    if (unheard.why.empty()) return {cause, false, std::move(message), make_key};
    return {cause, false, message + "; " + unheard.why, unheard.fix};
}

Unheard unheard_agent(const identity::Inventory& inventory, const identity::Request& request) {
    switch (inventory.agent) {
        case AgentState::answered:
            return {};
        case AgentState::none:
            if (request.wrapper.agent.empty()) return {};
            if (!request.wrapper.sets_agent) {
                return {request.wrapper.agent, "if it sets none, make a key: git hf-ssh keys new"};
            }
            return {request.wrapper.agent,
                    "set SSH_AUTH_SOCK where git runs, or IdentityAgent in ~/.ssh/config: hf-ssh "
                    "and ssh read both"};
        case AgentState::disabled:
            return {identity::agent_text(inventory.agent),
                    "see IdentityAgent in your ssh configuration"};
        default:
            return {identity::agent_text(inventory.agent), "see whether it answers: ssh-add -l"};
    }
}

NoKey overruled(const std::string& added, const Candidate& chosen, const Reason& reason) {
    return {Cause::wrapper, true,
            "the ssh that is run offers a key of its own, " + system::display_path(added) +
                ", besides " + identity::describe(chosen) + " (" + reason.text +
                "); nothing was sent",
            "name the ssh to run instead, in --via or HF_SSH_COMMAND, or take the key out of the "
            "wrapper"};
}

}  // namespace hfssh::transport

#include "choice_problems.hpp"

#include "hfssh/system/message.hpp"

namespace hfssh::identity {

namespace {

using Kind = NoChoice::Kind;

constexpr const char* list_keys = "git hf-ssh keys lists the keys that are here";
constexpr const char* make_key = "make one: git hf-ssh keys new";

// Why a key that might be in the agent can't be counted on.
std::string agent_clause(AgentState agent) {
    switch (agent) {
        case AgentState::none:
            return "no ssh-agent is in use";
        case AgentState::answered:
            return "the ssh-agent does not have it";
        case AgentState::unreachable:
            return "the ssh-agent can't be reached";
        case AgentState::timed_out:
            return "the ssh-agent did not answer in time";
        case AgentState::refused:
            return "the ssh-agent declined to list its keys";
        case AgentState::broken:
            return "the ssh-agent gave no valid answer";
    }
    return {};
}

NoChoice refused(int rule, const std::string& who, const Candidate& candidate) {
    std::string kind = "a DSA key";
    if (candidate.refusal == Refusal::short_rsa) {
        kind = "an RSA key of only " + std::to_string(candidate.key->bits) + " bits";
    }
    return {Kind::refused, rule,
            describe(candidate) + " (" + who + ") is " + kind + ", which is never offered",
            make_key};
}

}  // namespace

NoChoice not_stored(int rule, const std::string& who, const Place& place) {
    const std::string path = system::display_path(place.path);
    if (place.problem.kind == NotStored::Kind::missing) {
        return {Kind::not_there, rule, "there is no key " + path + " (" + who + ")", list_keys};
    }
    return {Kind::unreadable, rule,
            "the key " + path + " (" + who + ") can't be used: " + place.problem.detail, list_keys};
}

NoChoice not_usable(int rule, const std::string& who, const Candidate& candidate,
                    AgentState agent) {
    if (candidate.refusal != Refusal::none) return refused(rule, who, candidate);
    const std::string name = describe(candidate);
    if (candidate.has_private) {
        return {Kind::exposed, rule,
                "others may read " + name + " (" + who + "), so ssh does not use it",
                "chmod 600 " + system::shell_word(candidate.path)};
    }
    return {
        Kind::no_private_half, rule,
        "only the public half of " + name + " (" + who + ") is here, and " + agent_clause(agent),
        "add its private half to the agent with ssh-add, or name a private file"};
}

NoChoice unknown_fingerprint(int rule, const std::string& who, const std::string& fingerprint,
                             AgentState agent) {
    std::string message =
        "no key here has the fingerprint " + system::printable(fingerprint) + " (" + who + ")";
    if (agent != AgentState::answered) message += "; " + agent_clause(agent);
    return {Kind::unknown_key, rule, std::move(message), list_keys};
}

NoChoice unknown_account(int rule, const std::string& who, const std::string& account) {
    return {Kind::unknown_account, rule,
            "no usable key is known to belong to the account " + system::printable(account) + " (" +
                who + ")",
            "git hf-ssh whoami --all asks hf.co which account each key belongs to"};
}

NoChoice no_token_key(int rule, const std::string& who, const std::string& provider) {
    return {Kind::no_key, rule,
            "the token of " + system::display_path(provider) + " (" + who + ") has no usable key",
            "see what it has: ssh-keygen -D " + system::shell_word(provider)};
}

NoChoice nothing_to_offer(const Inventory& inventory) {
    std::string message = "there is no SSH key to offer to hf.co";
    for (const Candidate& candidate : inventory.candidates) {
        if (candidate.refusal != Refusal::none) continue;
        const NoChoice why = not_usable(8, "the only key", candidate, inventory.agent);
        if (inventory.candidates.size() == 1) return {Kind::no_key, 8, why.message, why.hint};
        message = "none of the keys here can be used; for one, " + why.message;
        return {Kind::no_key, 8, std::move(message), why.hint};
    }
    if (!inventory.candidates.empty()) message += ": DSA and short RSA keys are never offered";
    return {Kind::no_key, 8, std::move(message), make_key};
}

}  // namespace hfssh::identity

#include "choice_problems.hpp"

#include "hfssh/identity/policy.hpp"
#include "hfssh/system/message.hpp"

namespace hfssh::identity {

namespace {

using Kind = NoChoice::Kind;

constexpr const char* list_keys = "git hf-ssh keys lists the keys that are here";
constexpr const char* make_key = "make one: git hf-ssh keys new";

}  // namespace

NoChoice not_stored(int rule, const std::string& who, const Place& place) {
    const std::string path = system::display_path(place.path);
    if (place.problem.kind == NotStored::Kind::missing) {
        return {Kind::not_there, rule, "there is no key " + path + " (" + who + ")", list_keys};
    }
    return {Kind::unreadable, rule,
            "the key " + path + " (" + who + ") cannot be used: " + place.problem.detail,
            list_keys};
}

NoChoice not_usable(int rule, const std::string& who, const Candidate& candidate,
                    AgentState agent) {
    const auto obstacle = obstacle_of(candidate, agent).value_or(Obstacle{});
    const Kind kind = candidate.refusal != Refusal::none           ? Kind::refused
                      : candidate.has_private && candidate.exposed ? Kind::exposed
                      : candidate.has_private                      ? Kind::unreadable
                                                                   : Kind::no_private_half;
    const char* const purpose = kind == Kind::refused ? "to make another key: " : "to fix it: ";
    std::string hint = obstacle.fix.empty() ? std::string() : purpose + obstacle.fix;
    if (kind == Kind::no_private_half) {
        hint = "add its private half to the agent with ssh-add, or name a private file";
    }
    return {kind, rule, describe(candidate) + " (" + who + ") " + obstacle.text, std::move(hint)};
}

NoChoice unknown_fingerprint(int rule, const std::string& who, const std::string& fingerprint,
                             AgentState agent) {
    std::string message =
        "no key here has the fingerprint " + system::printable(fingerprint) + " (" + who + ")";
    if (agent != AgentState::answered) message += "; " + agent_text(agent);
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

NoChoice nothing_to_offer(const Inventory& inventory, const Request& request) {
    std::string message = "there is no SSH key to offer to hf.co";
    if (!request.environment_key_name.empty()) {
        message += " (" + request.environment_key_name + " is set, but empty)";
    }
    const auto own_rule = [](const Candidate& candidate) {
        return candidate.refusal == Refusal::dsa || candidate.refusal == Refusal::short_rsa;
    };
    for (const Candidate& candidate : inventory.candidates) {
        if (own_rule(candidate)) continue;
        const NoChoice why = not_usable(8, "the only key", candidate, inventory.agent);
        if (inventory.candidates.size() == 1) return {Kind::no_key, 8, why.message, why.hint};
        message = "none of the keys here can be used; for one, " + why.message;
        return {Kind::no_key, 8, std::move(message), why.hint};
    }
    if (!inventory.candidates.empty()) message += ": DSA and short RSA keys are never offered";
    // Keys may be in an agent that was not heard.
    const AgentState agent = inventory.agent;
    if (agent != AgentState::none && agent != AgentState::answered) {
        return {Kind::no_key, 8, message + ", and " + agent_text(agent),
                agent == AgentState::disabled ? "see IdentityAgent in your ssh configuration"
                                              : "see whether it answers: ssh-add -l"};
    }
    return {Kind::no_key, 8, std::move(message), make_key};
}

}  // namespace hfssh::identity

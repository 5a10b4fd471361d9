#include <array>

#include "hfssh/hub/wire.hpp"
#include "hfssh/identity/agent.hpp"
#include "hfssh/system/text.hpp"

// An agent's answer, and which agent to ask: everything without talking to one.
namespace hfssh::identity {

namespace {

constexpr std::uint8_t failure = 5;             // SSH_AGENT_FAILURE
constexpr std::uint8_t old_failure = 30;        // SSH2_AGENT_FAILURE
constexpr std::uint8_t identities_answer = 12;  // SSH_AGENT_IDENTITIES_ANSWER

AgentAnswer without_keys(AgentState state, std::string detail) {
    AgentAnswer answer;
    answer.state = state;
    answer.detail = std::move(detail);
    return answer;
}

}  // namespace

AgentAnswer read_agent_answer(std::string_view body) {
    hub::WireReader reader(body);
    const std::uint8_t kind = reader.byte();
    if (kind == failure || kind == old_failure) {
        return without_keys(AgentState::refused, "it declined to list its keys");
    }
    const std::uint32_t count = reader.uint32();
    if (!reader.good() || kind != identities_answer) {
        return without_keys(AgentState::broken, "its answer is not a list of keys");
    }
    if (count > most_agent_keys) {
        return without_keys(AgentState::too_large,
                            "it says that it holds " + std::to_string(count) + " keys");
    }
    AgentAnswer answer;
    answer.state = AgentState::answered;
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::string_view blob = reader.string();
        const std::string_view comment = reader.string();
        if (!reader.good()) break;
        if (std::optional<PublicKey> key = read_public_key(blob)) {
            answer.keys.push_back({std::move(*key), std::string(comment)});
        }
    }
    if (!reader.finished())
        return without_keys(AgentState::broken,
                            "its answer is cut short, or has something left over");
    return answer;
}

bool asks_person(std::string_view socket_path) {
    constexpr std::array<std::string_view, 8> signs = {
        "1password", "secretive", "s.gpg-agent", "keepassxc",
        "bitwarden", "/keyring/", "/gcr/",       ".gnupg/",
    };
    const std::string path = system::lower(socket_path);
    for (const std::string_view sign : signs) {
        if (path.find(sign) != std::string::npos) return true;
    }
    return false;
}

std::string agent_socket(const std::optional<std::string>& identity_agent,
                         Environment environment) {
    const std::string standard = environment("SSH_AUTH_SOCK").value_or("");
    if (!identity_agent || *identity_agent == "SSH_AUTH_SOCK") return standard;
    if (*identity_agent == "none") return {};
    if (identity_agent->starts_with('$') && !identity_agent->starts_with("${")) {
        return environment(identity_agent->c_str() + 1).value_or("");
    }
    return *identity_agent;
}

AgentState state_without_socket(const std::optional<std::string>& identity_agent,
                                Environment environment) {
    const bool off = identity_agent == "none" && environment("SSH_AUTH_SOCK");
    return off ? AgentState::disabled : AgentState::none;
}

}  // namespace hfssh::identity

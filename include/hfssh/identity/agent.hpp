#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hfssh/identity/public_key.hpp"
#include "hfssh/system/unique_fd.hpp"

// A client of ssh-agent(1) (draft-miller-ssh-agent) that asks one thing: which keys it holds.
namespace hfssh::identity {

struct AgentKey {
    PublicKey key;
    std::string comment;
};

enum class AgentState {
    none,         // no agent is configured
    disabled,     // IdentityAgent none, although SSH_AUTH_SOCK is set
    answered,     // possibly without a key
    unreachable,  // nothing listens at the socket, or it cannot be opened
    timed_out,    // it accepted, or made us wait, and did not answer in time
    refused,      // it answered, but declined
    too_large,    // a list that is longer than longest_agent_message or most_agent_keys
    broken,       // its answer is not valid
};

struct AgentAnswer {
    AgentState state = AgentState::none;
    std::vector<AgentKey> keys;  // in the agent's order
    std::string detail;          // for messages: "Connection refused"
    bool asks_person = false;    // see asks_person()
    [[nodiscard]] bool usable() const { return state == AgentState::answered; }
};

inline constexpr std::size_t longest_agent_message = 256 * 1024;
inline constexpr std::size_t most_agent_keys = 1024;

// The body of one message (what follows its length). Pure.
[[nodiscard]] AgentAnswer read_agent_answer(std::string_view body);

// Is this one of the agents that ask the user before they sign (1Password, Secretive, gpg-agent,
// KeePassXC, Bitwarden, GNOME's keyring), by its socket's path? Pure.
[[nodiscard]] bool asks_person(std::string_view socket_path);

// Which socket ssh(1) would use. IDENTITY_AGENT is ssh_config(5)'s IdentityAgent as `ssh -G`
// prints it (none: not set), ENVIRONMENT looks a variable up. Empty: no agent.
using Environment = std::optional<std::string> (*)(const char* name);
[[nodiscard]] std::string agent_socket(const std::optional<std::string>& identity_agent,
                                       Environment environment);
// The state of an agent without a socket: `disabled` or `none`.
[[nodiscard]] AgentState state_without_socket(const std::optional<std::string>& identity_agent,
                                              Environment environment);

// Asks an agent while we do other work: the constructor connects and sends without ever
// blocking, wait() collects. No outcome is an exception, and none raises SIGPIPE.
class AgentQuery {
  public:
    // An empty path: no agent, which is then in state WITHOUT.
    explicit AgentQuery(std::string socket_path, AgentState without = AgentState::none);

    // Once. Ends at the latest at DEADLINE; a good one is a second after the start.
    [[nodiscard]] AgentAnswer wait(std::chrono::steady_clock::time_point deadline);

  private:
    enum class Step { connect, send, receive, over };
    void start();
    void connect();
    void send();
    bool receive();
    bool pause(std::chrono::steady_clock::time_point deadline) const;
    [[nodiscard]] bool complete() const;
    void fail(AgentState state, std::string_view detail);

    std::string path_;
    AgentState without_;
    system::UniqueFd socket_;
    Step step_ = Step::connect;
    AgentAnswer answer_;
    std::size_t sent_ = 0;
    std::string received_;
};

}  // namespace hfssh::identity

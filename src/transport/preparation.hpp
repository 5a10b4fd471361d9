#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "hfssh/identity/agent.hpp"
#include "hfssh/settings/git_settings.hpp"
#include "hfssh/transport/endpoint.hpp"

namespace hfssh::transport {

// The questions whose answers are waited for: git's configuration, ssh's, and the agent's keys. All
// are asked at once by the constructor, so that each runs beside the others and our own work.
class Preparation {
  public:
    explicit Preparation(const HubRequest& request);

    [[nodiscard]] Configured configured() { return configured_.wait(); }

    // None where git is missing, or hangs, or fails: it, or we, have said so.
    [[nodiscard]] std::optional<settings::GitSettings> git();

    // Of the agent that ssh will use: a second question only where the configuration names another
    // than SSH_AUTH_SOCK.
    [[nodiscard]] identity::AgentAnswer agent(const ssh::Resolved& resolved);

  private:
    std::chrono::steady_clock::time_point start_;
    settings::GitQuery git_;
    ConfiguredQuery configured_;
    std::string agent_socket_;
    identity::AgentQuery agent_;
};

}  // namespace hfssh::transport

#pragma once

#include <string>
#include <variant>

namespace hfssh::ssh {

// What the tokens of ssh_config(5) stand for in an IdentityAgent; those of this machine and its
// user are known without.
struct AgentTokens {
    std::string host;            // %h
    std::string original_host;   // %n
    std::string host_key_alias;  // %k
    std::string user;            // %r
    std::string port;            // %p
};

struct NotExpanded {
    std::string why;  // "an unknown token"
};

// "~" and "~user" in front, as ssh expands them: with the home of the passwd entry, whatever HOME
// says. An unknown user leaves PATH unchanged.
[[nodiscard]] std::string without_tilde(const std::string& path);

// An IdentityAgent as `ssh -G` prints it: "~", tokens and ${VARIABLES} expanded. Not %C and %j.
[[nodiscard]] std::variant<std::string, NotExpanded> expand_agent_path(const std::string& raw,
                                                                       const AgentTokens& tokens);

}  // namespace hfssh::ssh

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace hfssh::ssh {

// What the tokens of ssh_config(5) stand for in an IdentityFile or IdentityAgent.
struct PathTokens {
    std::string home;            // %d and ~
    std::string local_user;      // %u
    std::string remote_user;     // %r
    std::string host;            // %h: after HostName
    std::string original_host;   // %n: as typed
    std::string host_key_alias;  // %k: HostKeyAlias, else as typed
    std::string port;            // %p
    std::string local_host;      // %l, and up to its first dot %L
    std::string jump_host;       // %j
    unsigned long uid = 0;       // %i
    std::optional<std::string> (*environment)(const char* name) = nullptr;  // ${VAR}
};

struct PathProblem {
    enum class Kind {
        unknown_token,
        unset_variable,
        unfinished,
        unsupported_token,  // %C, a hash over the connection
    };
    Kind kind = Kind::unknown_token;
    std::string detail;  // the token or the variable: "%q", "${KEYS}"
};

// With those of this machine and its user; HOME is the caller's choice.
[[nodiscard]] PathTokens tokens_here(std::string home);

// An IdentityFile as `ssh -G` prints it -> the path of a file. Quotes are not read: -G prints none.
// A relative path stays so. Pure but for "~user".
[[nodiscard]] std::variant<std::string, PathProblem> expand_path(std::string_view raw,
                                                                 const PathTokens& tokens);

// The files of an alias that are its own: in ALIAS, but not in HUB (what hf.co itself resolves to).
// Both raw, as configured. Pure.
[[nodiscard]] std::vector<std::string> own_files(const std::vector<std::string>& alias,
                                                 const std::vector<std::string>& hub);

}  // namespace hfssh::ssh

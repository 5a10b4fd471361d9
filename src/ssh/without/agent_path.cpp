#include "agent_path.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "hfssh/system/paths.hpp"

namespace hfssh::ssh {
namespace {

std::string local_host() {
    char name[256] = {};
    return ::gethostname(name, sizeof name - 1) == 0 ? name : "";
}

std::optional<std::string> token_value(char token, const AgentTokens& tokens) {
    switch (token) {
        case '%':
            return "%";
        case 'd':
            return system::passwd_home();
        case 'h':
            return tokens.host;
        case 'i':
            return std::to_string(::getuid());
        case 'k':
            return tokens.host_key_alias;
        case 'L':
            return local_host().substr(0, local_host().find('.'));
        case 'l':
            return local_host();
        case 'n':
            return tokens.original_host;
        case 'p':
            return tokens.port;
        case 'r':
            return tokens.user;
        case 'u':
            return system::login_name();
        default:
            return std::nullopt;
    }
}

}  // namespace

std::string without_tilde(const std::string& path) {
    if (!path.starts_with('~')) return path;
    if (path != "~" && path[1] != '/') return system::expand_tilde(path);
    const std::size_t rest = std::min(path.find_first_not_of('/', 1), path.size());
    std::string home = system::passwd_home();
    if (!home.ends_with('/')) home += '/';
    return home + path.substr(rest);
}

std::variant<std::string, NotExpanded> expand_agent_path(const std::string& raw,
                                                         const AgentTokens& tokens) {
    const std::string path = without_tilde(raw);
    if (path.starts_with('~')) return NotExpanded{"an unknown user"};
    std::string expanded;
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (path.compare(i, 2, "${") == 0) {
            const std::size_t end = path.find('}', i);
            if (end == std::string::npos) return NotExpanded{"a variable that does not end"};
            const char* value = std::getenv(path.substr(i + 2, end - i - 2).c_str());
            if (value == nullptr) return NotExpanded{"a variable that is not set"};
            expanded += value;
            i = end;
        } else if (path[i] == '%') {
            const char token = ++i < path.size() ? path[i] : '\0';
            const std::optional<std::string> value = token_value(token, tokens);
            if (!value) return NotExpanded{"a token that can't be expanded"};
            expanded += *value;
        } else {
            expanded += path[i];
        }
    }
    return expanded;
}

}  // namespace hfssh::ssh

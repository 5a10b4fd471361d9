// The paths of an ssh configuration, expanded as ssh(1) does.
#include "hfssh/ssh/config/path.hpp"

#include <unistd.h>

#include <algorithm>

#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::ssh {

namespace {

using Kind = PathProblem::Kind;

// "~" and "~user" at the front of RAW, which loses them; what a directory is called is no token.
std::string take_home(std::string& raw, const std::string& home) {
    if (!raw.starts_with('~')) return {};
    const std::size_t end = std::min(raw.find('/'), raw.size());
    const std::string tilde = raw.substr(0, end);
    raw.erase(0, end);
    return end == 1 ? home : system::expand_tilde(tilde);
}

// None for a token that ssh(1) does not know here.
std::optional<std::string> token_value(char token, const PathTokens& tokens) {
    switch (token) {
        case '%':
            return "%";
        case 'd':
            return tokens.home;
        case 'u':
            return tokens.local_user;
        case 'r':
            return tokens.remote_user;
        case 'h':
            return tokens.host;
        case 'n':
            return tokens.original_host;
        case 'k':
            return tokens.host_key_alias;
        case 'p':
            return tokens.port;
        case 'l':
            return tokens.local_host;
        case 'L':
            return tokens.local_host.substr(0, tokens.local_host.find('.'));
        case 'j':
            return tokens.jump_host;
        case 'i':
            return std::to_string(tokens.uid);
        default:
            return std::nullopt;
    }
}

}  // namespace

PathTokens tokens_here(std::string home) {
    PathTokens tokens;
    tokens.home = std::move(home);
    tokens.local_user = system::login_name();
    char name[256] = {};
    if (::gethostname(name, sizeof name - 1) == 0) tokens.local_host = name;
    tokens.uid = ::getuid();
    tokens.environment = system::environment;
    return tokens;
}

std::variant<std::string, PathProblem> expand_path(std::string_view raw, const PathTokens& tokens) {
    std::string path(raw);
    std::string expanded = take_home(path, tokens.home);
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (path[i] == '$' && i + 1 < path.size() && path[i + 1] == '{') {
            const std::size_t end = path.find('}', i);
            if (end == std::string::npos) return PathProblem{Kind::unfinished, path.substr(i)};
            const std::string name = path.substr(i + 2, end - i - 2);
            const auto value = tokens.environment ? tokens.environment(name.c_str()) : std::nullopt;
            if (!value) return PathProblem{Kind::unset_variable, "${" + name + "}"};
            expanded += *value;
            i = end;
        } else if (path[i] == '%') {
            if (i + 1 == path.size()) return PathProblem{Kind::unfinished, "%"};
            const auto value = token_value(path[++i], tokens);
            const Kind kind = path[i] == 'C' ? Kind::unsupported_token : Kind::unknown_token;
            if (!value) return PathProblem{kind, std::string("%") + path[i]};
            expanded += *value;
        } else {
            expanded += path[i];
        }
    }
    return expanded;
}

std::vector<std::string> own_files(const std::vector<std::string>& alias,
                                   const std::vector<std::string>& hub) {
    std::vector<std::string> own;
    for (const std::string& path : alias) {
        if (system::equal_ignoring_case(path, "none")) continue;  // the word for no file
        if (std::find(hub.begin(), hub.end(), path) == hub.end()) own.push_back(path);
    }
    return own;
}

}  // namespace hfssh::ssh

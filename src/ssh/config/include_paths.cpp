#include "include_paths.hpp"

#include <glob.h>
#include <unistd.h>

#include <cstdlib>
#include <optional>

#include "hfssh/system/paths.hpp"

namespace hfssh::ssh {
namespace {

// $HOME before the passwd entry: glob(3)'s own "~", which ssh uses for Include alone.
std::string glob_home() {
    const char* home = std::getenv("HOME");
    return home != nullptr ? std::string(home) : system::passwd_home();
}

std::optional<std::string> token(char letter, std::string_view destination) {
    switch (letter) {
        case '%':
            return "%";
        case 'd':
            return system::passwd_home();
        case 'i':
            return std::to_string(getuid());
        case 'n':
            return std::string(destination);
        case 'u':
            return system::login_name();
        default:
            return std::nullopt;
    }
}

std::optional<std::string> variable(std::string_view text, std::size_t& position) {
    const std::size_t end = text.find('}', position);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string name(text.substr(position, end - position));
    position = end + 1;
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return value;
}

std::optional<std::string> expand(std::string_view text, std::string_view destination) {
    std::string expanded;
    std::size_t position = 0;
    while (position < text.size()) {
        std::optional<std::string> piece;
        if (text.substr(position).starts_with("${")) {
            position += 2;
            piece = variable(text, position);
        } else if (text[position] == '%' && position + 1 < text.size()) {
            piece = token(text[position + 1], destination);
            position += 2;
        } else if (text[position] != '%') {
            piece = std::string(1, text[position++]);
        }
        if (!piece) return std::nullopt;
        expanded += *piece;
    }
    return expanded;
}

std::string absolute(const std::string& path, const ConfigFile& from) {
    if (path.starts_with('/')) return path;
    if (path == "~" || path.starts_with("~/")) return glob_home() + path.substr(1);
    if (path.starts_with('~')) return system::expand_tilde(path);
    if (from.owner == ConfigFile::Owner::user) return glob_home() + "/.ssh/" + path;
    return from.relative_base() + path;
}

bool add_matches(const std::string& pattern, std::vector<std::string>& found) {
    if (pattern.find_first_of("*?[\\") == std::string::npos) {  // nothing to look for
        found.push_back(pattern);
        return true;
    }
    glob_t matches = {};
    const int status = glob(pattern.c_str(), 0, nullptr, &matches);
    for (std::size_t i = 0; status == 0 && i < matches.gl_pathc; ++i) {
        found.emplace_back(matches.gl_pathv[i]);
    }
    globfree(&matches);
    return status == 0 || status == GLOB_NOMATCH;
}

}  // namespace

IncludePaths include_paths(const std::string& argument, const ConfigFile& from,
                           std::string_view destination) {
    IncludePaths paths;
    if (argument.empty()) return paths;  // ssh stops at it
    paths.known = add_matches(absolute(argument, from), paths.found);
    if (argument.find('%') == std::string::npos && argument.find("${") == std::string::npos) {
        return paths;
    }
    const std::optional<std::string> expanded = expand(argument, destination);
    if (!expanded || expanded->empty()) {
        paths.known = false;
    } else if (*expanded != argument) {
        paths.known = paths.known && add_matches(absolute(*expanded, from), paths.found);
    }
    return paths;
}

}  // namespace hfssh::ssh

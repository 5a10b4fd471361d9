#include "hfssh/repository/configuration.hpp"

#include <algorithm>

#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::repository {

Configuration read_config_list(std::string_view text) {
    Configuration configuration;
    while (!text.empty()) {
        const std::string_view entry = text.substr(0, text.find('\0'));
        text.remove_prefix(std::min(entry.size() + 1, text.size()));
        // The first newline ends the key; "[section] name" alone has none.
        const auto end = entry.find('\n');
        if (entry.empty()) continue;
        configuration.push_back(
            {std::string(entry.substr(0, end)),
             end == std::string_view::npos ? std::string() : std::string(entry.substr(end + 1))});
    }
    return configuration;
}

std::string_view subsection(std::string_view key, std::string_view section,
                            std::string_view variable) {
    const bool fits = key.size() > section.size() + variable.size() + 2 &&
                      key.starts_with(section) && key[section.size()] == '.' &&
                      key.ends_with(variable) && key[key.size() - variable.size() - 1] == '.';
    if (!fits) return {};
    return key.substr(section.size() + 1, key.size() - section.size() - variable.size() - 2);
}

const std::string* last_value(const Configuration& configuration, std::string_view key) {
    const auto found = std::find_if(configuration.rbegin(), configuration.rend(),
                                    [&](const ConfigEntry& entry) { return entry.key == key; });
    return found == configuration.rend() ? nullptr : &found->value;
}

std::string why_not_opened(const Configuration& configuration, const std::string& message) {
    const auto has = [&](std::string_view key, std::string_view value) {
        const std::string* found = last_value(configuration, key);
        return found != nullptr && (value.empty() || system::equal_ignoring_case(*found, value));
    };
    if (has("extensions.objectformat", "sha256")) return "its objects have SHA-256 names";
    if (has("extensions.refstorage", "reftable")) return "its branches are in a reftable";
    if (has("extensions.partialclone", {})) return "it is a partial clone";
    if (has("extensions.worktreeconfig", {})) return "its work trees have settings of their own";
    return system::printable(message);
}

}  // namespace hfssh::repository

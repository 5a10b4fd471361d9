#include "hfssh/identity/request.hpp"

#include <algorithm>

namespace hfssh::identity {

namespace {

const Setting* last_of(const std::vector<Setting>& settings, const std::string& pattern,
                       Setting::Kind kind) {
    const auto wanted = [&](const Setting& setting) {
        return setting.pattern == pattern && setting.kind == kind;
    };
    const auto found = std::find_if(settings.rbegin(), settings.rend(), wanted);
    return found == settings.rend() ? nullptr : &*found;
}

}  // namespace

const Setting* setting_for(const Request& request) {
    std::vector<std::string> patterns;
    if (request.repository) patterns = hub::patterns_for(*request.repository);
    patterns.emplace_back();  // what counts for every repository
    for (const std::string& pattern : patterns) {
        for (const Setting::Kind kind : {Setting::Kind::identity, Setting::Kind::account}) {
            if (const Setting* found = last_of(request.settings, pattern, kind)) return found;
        }
    }
    return nullptr;
}

bool is_fingerprint(const std::string& identity) {
    return identity.starts_with("SHA256:");
}

}  // namespace hfssh::identity

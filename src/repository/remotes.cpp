#include "hfssh/repository/remotes.hpp"

#include <algorithm>
#include <optional>

namespace hfssh::repository {
namespace {

// One name, and what the configuration has for it; in the order of the configuration.
struct Raw {
    std::string name;
    std::vector<std::string> urls;
    std::vector<std::string> push_urls;
};

// Of those that fit the longest; of several alike the first.
std::optional<std::string> replaced(const Configuration& configuration, std::string_view url,
                                    std::string_view variable) {
    const ConfigEntry* longest = nullptr;
    std::string_view base;
    for (const ConfigEntry& entry : configuration) {
        const std::string_view candidate = subsection(entry.key, "url", variable);
        if (candidate.empty() || !url.starts_with(entry.value)) continue;
        if (longest != nullptr && entry.value.size() <= longest->value.size()) continue;
        longest = &entry;
        base = candidate;
    }
    if (longest == nullptr) return std::nullopt;
    return std::string(base) + std::string(url.substr(longest->value.size()));
}

// The name of the remote that ENTRY is about; empty if none. For git, a name with a leading slash
// is none for git.
std::string_view remote_name(const ConfigEntry& entry) {
    const auto first = entry.key.find('.');
    const auto last = entry.key.rfind('.');
    if (first == last || entry.key.substr(0, first) != "remote") return {};
    const std::string_view name = std::string_view(entry.key).substr(first + 1, last - first - 1);
    return name.starts_with('/') ? std::string_view() : name;
}

std::vector<Raw> read(const Configuration& configuration) {
    std::vector<Raw> found;
    for (const ConfigEntry& entry : configuration) {
        const std::string_view name = remote_name(entry);
        if (name.empty()) continue;
        auto raw = std::ranges::find(found, name, &Raw::name);
        if (raw == found.end()) raw = found.insert(raw, {std::string(name), {}, {}});
        const bool is_push = entry.key.ends_with(".pushurl");
        if (!is_push && !entry.key.ends_with(".url")) continue;
        auto& urls = is_push ? raw->push_urls : raw->urls;
        // An empty one drops those before it (git 2.46).
        if (entry.value.empty()) {
            urls.clear();
        } else {
            urls.push_back(entry.value);
        }
    }
    return found;
}

// If there is a pushurl, pushInsteadOf does not count; if there is none, and it fits one of
// the URLs, those that it does not fit are not pushed to.
std::vector<std::string> push_urls(const Configuration& configuration, const Raw& raw) {
    std::vector<std::string> urls;
    for (const std::string& url : raw.push_urls)
        urls.push_back(rewrite(configuration, url));
    if (!urls.empty()) return urls;
    for (const std::string& url : raw.urls) {
        if (auto other = replaced(configuration, url, "pushinsteadof")) {
            urls.push_back(std::move(*other));
        }
    }
    return urls;
}

bool goes_up(std::string_view path) {
    return path.starts_with("../");
}

bool stays(std::string_view path) {
    return path.starts_with("./");
}

}  // namespace

std::string rewrite(const Configuration& configuration, std::string_view url) {
    return replaced(configuration, url, "insteadof").value_or(std::string(url));
}

std::string default_remote(const Configuration& configuration, std::string_view branch) {
    const std::string* own =
        branch.empty() ? nullptr
                       : last_value(configuration, "branch." + std::string(branch) + ".remote");
    return own != nullptr ? *own : "origin";
}

std::vector<Remote> remotes_of(const Configuration& configuration, std::string_view branch) {
    std::vector<Remote> remotes;
    for (const Raw& raw : read(configuration)) {
        Remote remote{raw.name, {}, push_urls(configuration, raw)};
        for (const std::string& url : raw.urls)
            remote.urls.push_back(rewrite(configuration, url));
        if (remote.push_urls.empty()) remote.push_urls = remote.urls;
        remotes.push_back(std::move(remote));
    }
    const std::string first = default_remote(configuration, branch);
    // clang 14 cannot compile the ranges form with the library of g++ 12.
    std::stable_partition(remotes.begin(), remotes.end(),
                          [&](const Remote& remote) { return remote.name == first; });
    return remotes;
}

std::string resolve_relative(std::string_view remote_url, std::string_view url) {
    if (!goes_up(url) && !stays(url)) return std::string(url);
    std::string base(remote_url);
    if (base.ends_with('/')) base.pop_back();
    // The last step up may lead over the colon of "git@hf.co:model".
    bool at_colon = false;
    while (goes_up(url) || stays(url)) {
        if (stays(url)) {
            url.remove_prefix(2);
            continue;
        }
        url.remove_prefix(3);
        auto end = base.rfind('/');
        if (end == std::string::npos) {
            end = base.rfind(':');
            at_colon = at_colon || end != std::string::npos;
        }
        if (end == std::string::npos) return {};
        base.erase(end);
    }
    if (url.ends_with('/')) url.remove_suffix(1);
    return base + (at_colon ? ":" : "/") + std::string(url);
}

}  // namespace hfssh::repository

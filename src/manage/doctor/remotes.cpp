#include <algorithm>

#include "doctor.hpp"
#include "hfssh/hub/names.hpp"
#include "hfssh/hub/repository.hpp"
#include "hfssh/manage/context/git.hpp"
#include "hfssh/manage/report/key.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"

// The remotes of the repository here, as far as their URLs show.
namespace hfssh::manage {
namespace {

using Result = Check::Result;
using system::printable;

constexpr const char* name = "remotes";

std::string host_of(const GitUrl& url) {
    return url.destination.substr(url.destination.rfind('@') + 1);
}

// By its name, or by an alias of the ssh configuration (for two accounts).
bool leads_to_hub(const Situation& situation, const GitUrl& url) {
    if (hub::is_hub_name(host_of(url))) return true;
    try {
        return situation.surroundings->leads_to_hub(url);
    } catch (const system::Failure&) {
        return false;  // the ssh configuration has a check of its own
    }
}

// Do pushes to REMOTE go over SSH, by another of its URLs?
bool pushes_over_ssh(const std::vector<Remote>& remotes, const Remote& remote) {
    return std::ranges::any_of(remotes, [&](const Remote& other) {
        return other.push && other.name == remote.name && read_git_url(other.url);
    });
}

// For a URL that leads to hf.co over SSH as it is configured, and that url.<base>.insteadOf turns
// into REMOTE's.
std::optional<Check> rewritten(const Remote& remote, const std::string& shown) {
    constexpr std::string_view start = "url.";
    constexpr std::string_view end = ".insteadof";
    const GitAnswer configured = ask_git({"config", "--get-all", "remote." + remote.name + ".url"});
    for (const ConfigLine& line : config_lines("^url\\..*\\.insteadof$")) {
        const std::string base =
            line.key.substr(start.size(), line.key.size() - start.size() - end.size());
        for (const std::string_view url : system::lines(configured.output)) {
            if (line.value.empty() || !url.starts_with(line.value)) continue;
            if (base + std::string(url.substr(line.value.size())) != remote.url) continue;
            const auto over_ssh = read_git_url(std::string(url));
            if (!over_ssh || !hub::is_hub_name(host_of(*over_ssh))) continue;
            const std::string in = "git config --file " + shell_path(line.file);
            return Check{name, Result::warning, shown,
                         "git uses that instead of " + printable(url) + " (url." +
                             printable(without_password(base)) +
                             ".insteadOf), so it goes over https, not through hf-ssh",
                         line.file.empty() ? "run git without that -c, and without GIT_CONFIG_COUNT"
                         : without_password(base) != base
                             ? in + " --edit"
                             : in + " --unset-all " + system::shell_word(line.key) + " " +
                                   system::shell_word(exact_pattern(line.value))};
        }
    }
    return std::nullopt;
}

// A name or a token before the host can be read by every reader of the file, and git-xet prefers it
// to the key.
std::optional<Check> password_in(const Remote& remote, const std::string& shown) {
    if (without_password(remote.url) == remote.url) return std::nullopt;
    const auto right = ssh_form(remote.url);
    return Check{name, Result::warning, shown + " has a password or token in it",
                 "it is stored in plain text, and git-xet prefers it to your key",
                 right ? setting_url(remote, *right) : "give the remote a URL without it"};
}

Check over_https(const std::vector<Remote>& remotes, const Remote& remote,
                 const std::string& shown) {
    if (auto check = rewritten(remote, shown)) return *check;
    if (auto check = password_in(remote, shown)) return *check;
    if (pushes_over_ssh(remotes, remote)) {
        return {name, Result::ok, shown + ", and pushes over SSH"};
    }
    return {name, Result::warning, shown,
            "a push goes over https, with a token, not through hf-ssh",
            "git hf-ssh setup --push-over-ssh"};
}

Check over_ssh(const HubRemote& on_hub, const std::string& shown) {
    const GitUrl& url = on_hub.url;
    if (!hub::read_repository_path(url.path)) {
        return {name, Result::failure, shown, "not the path of a repository on hf.co",
                "give the remote " + printable(on_hub.remote.name) + " a URL like " +
                    printable(on_hub.address("NAME/REPOSITORY"))};
    }
    const std::string host = system::lower(host_of(url));
    if (!hub::is_hub_name(host) || !host.starts_with("huggingface")) {
        return {name, Result::ok, shown};
    }
    const std::string path = url.path.substr(url.path.starts_with('/') ? 1 : 0);
    return {name, Result::warning, shown,
            "hf-ssh connects to hf.co instead; plain ssh fails, because huggingface.co does not "
            "answer on port 22",
            setting_url(on_hub.remote, "git@hf.co:" + path)};
}

}  // namespace

std::string HubRemote::address(const std::string& path) const {
    const std::string host = host_of(url);
    if (hub::is_hub_name(host)) return "git@hf.co:" + path;
    if (!url.port) return url.destination + ":" + path;
    return "ssh://" + url.destination + ":" + *url.port + "/" + path;
}

std::vector<HubRemote> hub_remotes(const Situation& situation) {
    std::vector<HubRemote> found;
    if (!situation.surroundings) return found;
    for (const Remote& remote : situation.surroundings->remotes().value_or(std::vector<Remote>())) {
        const auto url = read_git_url(remote.url);
        if (url && leads_to_hub(situation, *url)) found.push_back({remote, *url});
    }
    return found;
}

Checks check_remotes(const Situation& situation) {
    if (!situation.surroundings) return {skipped(name, situation.no_surroundings)};
    const auto& remotes = situation.surroundings->remotes();
    if (!remotes) return {does_not_apply(name, "no repository here")};
    const std::vector<HubRemote> on_hub = hub_remotes(situation);
    Checks checks;
    for (const Remote& remote : *remotes) {
        const std::string shown = printable(remote.name + ": " + without_password(remote.url)) +
                                  (remote.push ? " (push)" : "");
        const auto known = std::ranges::find_if(on_hub, [&](const HubRemote& other) {
            return other.remote.name == remote.name && other.remote.url == remote.url &&
                   other.remote.push == remote.push;
        });
        if (known != on_hub.end()) {
            checks.push_back(over_ssh(*known, shown));
        } else if (!read_git_url(remote.url) && ssh_form(remote.url)) {
            checks.push_back(over_https(*remotes, remote, shown));
        }
    }
    if (checks.empty()) return {does_not_apply(name, "this repository has no remote on hf.co")};
    return checks;
}

}  // namespace hfssh::manage

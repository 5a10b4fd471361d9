#include "hfssh/transport/selection.hpp"

#include <unistd.h>

#include <climits>

#include "hfssh/hub/names.hpp"
#include "hfssh/identity/candidates.hpp"
#include "hfssh/identity/identity_path.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/trace.hpp"

namespace hfssh::transport {
namespace {

using identity::Request;
using identity::Setting;
using system::Failure;

// ssh takes a relative path from the working directory.
std::string absolute(const std::string& path) {
    if (path.empty() || path.front() == '/') return path;
    char directory[PATH_MAX];
    if (::getcwd(directory, sizeof directory) == nullptr) return path;
    return std::string(directory) + "/" + path;
}

std::string local_host() {
    char name[256] = {};
    return ::gethostname(name, sizeof name - 1) == 0 ? name : "";
}

identity::PathTokens tokens_for(const HubRequest& request, const Configured& configured,
                                const Endpoint& endpoint) {
    identity::PathTokens tokens;
    tokens.home = system::home();
    tokens.local_user = system::login_name();
    tokens.remote_user = endpoint.user;
    tokens.host = endpoint.host;
    tokens.original_host = request.typed.destination->host;
    const std::string_view alias = configured.typed.first("hostkeyalias");
    tokens.host_key_alias = alias.empty() ? tokens.original_host : std::string(alias);
    tokens.port = endpoint.port;
    tokens.local_host = local_host();
    tokens.jump_host = configured.typed.first("proxyjump");
    tokens.uid = ::getuid();
    tokens.environment = system::environment;
    return tokens;
}

std::string expand(const std::string& raw, const identity::PathTokens& tokens) {
    auto expanded = identity::expand_identity_path(raw, tokens);
    if (const auto* problem = std::get_if<identity::PathProblem>(&expanded)) {
        throw Failure("identity file " + system::printable(raw) + ": cannot expand " +
                      system::printable(problem->detail));
    }
    return absolute(std::get<std::string>(expanded));
}

std::vector<std::string> expand_all(const std::vector<std::string>& files,
                                    const identity::PathTokens& tokens) {
    std::vector<std::string> paths;
    for (const std::string& file : files) paths.push_back(expand(file, tokens));
    return paths;
}

// Of a setting or a variable: a fingerprint stays what it is.
std::string identity_value(const std::string& value) {
    return identity::is_fingerprint(value) ? value : absolute(system::expand_tilde(value));
}

// -i and -o IdentityFile are one list to ssh; the first typed counts.
std::optional<std::string> typed_identity(const ssh::CommandLine& typed) {
    for (const ssh::Flag& flag : typed.flags) {
        if (flag.letter == 'i' && flag.value) return flag.value;
        if (flag.letter != 'o' || !flag.value) continue;
        const auto option = ssh::read_option(*flag.value);
        if (option && option->keyword == "identityfile") return option->value;
    }
    return std::nullopt;
}

void add_settings(const settings::GitSettings& git, const std::string& pattern, Request& request) {
    for (const auto kind : {Setting::Kind::identity, Setting::Kind::account}) {
        const std::string variable = kind == Setting::Kind::identity ? "identity" : "account";
        const settings::GitSetting* found =
            pattern.empty() ? git.find(variable) : git.find(pattern, variable);
        if (found == nullptr) continue;
        request.settings.push_back(
            {pattern, kind,
             kind == Setting::Kind::identity ? identity_value(found->value) : found->value,
             system::printable(found->key) + " in git's configuration (" + found->scope + ")"});
    }
}

// Did something decide that comes before git's configuration?
bool decided_before_git(const Request& request) {
    return request.typed || request.environment_identity || request.environment_account ||
           !request.alias_files.empty();
}

Request make_request(const HubRequest& hub_request, const Configured& configured,
                     const Endpoint& endpoint, const std::optional<hub::Repository>& repository,
                     const std::optional<settings::GitSettings>& git) {
    const identity::PathTokens tokens = tokens_for(hub_request, configured, endpoint);
    Request request;
    request.repository = repository;
    if (const auto typed = typed_identity(hub_request.typed)) {
        request.typed = expand(*typed, tokens);
        return request;  // nothing else can count
    }
    if (const auto value = system::environment("HF_SSH_IDENTITY")) {
        request.environment_identity = identity_value(*value);
    }
    request.environment_account = system::environment("HF_SSH_ACCOUNT");
    const std::vector<std::string> files = identity_files(configured, endpoint.is_alias);
    if (endpoint.is_alias && configured.hub) {
        request.alias = hub_request.typed.destination->host;
        request.alias_files = expand_all(
            identity::own_files(files, identity_files({*configured.hub, {}}, false)), tokens);
    }
    if (git) {
        if (repository) {
            for (const std::string& pattern : hub::patterns_for(*repository)) {
                add_settings(*git, pattern, request);
            }
        }
        add_settings(*git, "", request);
    }
    // A path that cannot be expanded matters only where it could be chosen.
    const bool decided = decided_before_git(request) || identity::setting_for(request) != nullptr;
    if (!decided && !identity::is_default_list(files)) {
        request.configured = expand_all(files, tokens);
    }
    return request;
}

}  // namespace

Selection select_identity(const HubRequest& hub_request, const Configured& configured,
                          const Endpoint& endpoint,
                          const std::optional<hub::Repository>& repository,
                          const std::optional<settings::GitSettings>& git,
                          const identity::AgentAnswer& agent) {
    const Request request = make_request(hub_request, configured, endpoint, repository, git);
    if (!git && !decided_before_git(request)) {
        throw Failure("git's configuration could not be read, so it is not known which key to use",
                      "see what 'git config --get-regexp hf-ssh' says, or name the key in "
                      "HF_SSH_IDENTITY");
    }
    const std::string home = system::home();
    const identity::Inventory inventory =
        identity::gather(request, agent, home.empty() ? std::string() : home + "/.ssh");
    const identity::Choice choice = identity::choose(inventory, request, {});
    if (const auto* none = std::get_if<identity::NoChoice>(&choice)) {
        throw Failure(none->message, none->hint);
    }
    const auto& chosen = std::get<identity::Chosen>(choice);
    Selection selection{inventory.candidates[chosen.index], chosen.reason,
                        inventory.agent_asks_person};
    if (system::tracing()) {
        system::trace("identity " + identity::describe(selection.candidate) + " " +
                      selection.candidate.fingerprint() + " (rule " +
                      std::to_string(chosen.reason.rule) + ": " + chosen.reason.text + "), of " +
                      std::to_string(inventory.candidates.size()) + " candidates");
    }
    return selection;
}

}  // namespace hfssh::transport

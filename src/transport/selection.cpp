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
#include "token_keys.hpp"

namespace hfssh::transport {
namespace {

using identity::Request;
using identity::Setting;
using system::Failure;

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
    const std::string_view alias = configured.effective().first("hostkeyalias");
    tokens.host_key_alias = alias.empty() ? tokens.original_host : std::string(alias);
    tokens.port = endpoint.port;
    tokens.local_host = local_host();
    tokens.jump_host = configured.effective().first("proxyjump");
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
    return system::absolute_path(std::get<std::string>(expanded));
}

std::vector<std::string> expand_all(const std::vector<std::string>& files,
                                    const identity::PathTokens& tokens) {
    std::vector<std::string> paths;
    for (const std::string& file : files)
        paths.push_back(expand(file, tokens));
    return paths;
}

// Of a setting or a variable: a fingerprint stays what it is.
std::string identity_value(const std::string& value) {
    return identity::is_fingerprint(value) ? value
                                           : system::absolute_path(system::expand_tilde(value));
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
        if (found == nullptr || found->value.empty()) continue;  // empty: git's way to unset
        request.settings.push_back(
            {pattern, kind,
             kind == Setting::Kind::identity ? identity_value(found->value) : found->value,
             system::printable(found->key) + " in git's configuration (" + found->scope + ")"});
    }
}

void add_token(const Configured& configured, Request& request) {
    const std::string_view provider = configured.effective().first("pkcs11provider");
    if (provider.empty() || provider == "none") return;
    request.provider = provider;
    request.token_keys = token_keys(request.provider);
}

// Did something decide that comes before git's configuration?
bool decided_before_git(const Request& request) {
    return request.typed || request.provider_typed || request.environment_identity ||
           request.environment_account || request.environment_key || !request.alias_files.empty();
}

// What a named identity may have its private half in a token.
bool is_public_half(const std::string& identity) {
    return identity.ends_with(".pub") || identity::is_fingerprint(identity);
}

// Listing a token's keys can take seconds: only where one of them could be chosen.
bool needs_token(const HubRequest& hub_request, const Request& request) {
    if (hub_request.typed.has('I')) return true;
    if (request.environment_identity) return is_public_half(*request.environment_identity);
    if (request.environment_account || request.environment_key) return false;
    for (const std::string& file : request.alias_files) {
        if (is_public_half(file)) return true;
    }
    if (!request.alias_files.empty()) return false;
    const Setting* setting = identity::setting_for(request);
    return setting == nullptr ||
           (setting->kind == Setting::Kind::identity && is_public_half(setting->value));
}

Request make_request(const HubRequest& hub_request, const Configured& configured,
                     const Endpoint& endpoint, const std::optional<hub::Repository>& repository,
                     const std::optional<settings::GitSettings>& git) {
    const identity::PathTokens tokens = tokens_for(hub_request, configured, endpoint);
    Request request;
    request.repository = repository;
    request.policy = identity::read_policy(configured.effective());
    if (const auto typed = typed_identity(hub_request.typed)) {
        request.typed = expand(*typed, tokens);
        if (is_public_half(*request.typed)) add_token(configured, request);
        return request;  // nothing else can count
    }
    request.provider_typed = hub_request.typed.has('I');
    if (const auto value = system::environment("HF_SSH_IDENTITY")) {
        request.environment_identity = identity_value(*value);
    }
    request.environment_account = system::environment("HF_SSH_ACCOUNT");
    if (EnvironmentKey& key = *hub_request.environment_key;
        key.is_set() && !request.environment_identity && !request.environment_account) {
        request.environment_key = key.file();
        request.environment_key_name = key.name();
    } else {
        request.environment_key_name = key.empty_name();
    }
    const std::vector<std::string> files = identity_files(configured);
    if (configured.is_alias && configured.hub) {
        request.alias = hub_request.typed.destination->host;
        request.alias_files = expand_all(
            identity::own_files(files, identity_files({*configured.hub, {}, false})), tokens);
    }
    if (git) {
        if (repository) {
            for (const std::string& pattern : hub::patterns_for(*repository)) {
                add_settings(*git, pattern, request);
            }
        }
        add_settings(*git, "", request);
    }
    request.policy.files_configured = configured.typed.has("identityfile") ||
                                      (configured.hub && configured.hub->has("identityfile"));
    // A path that cannot be expanded matters only where it could be chosen.
    const bool decided = decided_before_git(request) || identity::setting_for(request) != nullptr;
    if (!decided) request.configured = expand_all(files, tokens);
    if (needs_token(hub_request, request)) add_token(configured, request);
    return request;
}

identity::Memory recall(const Survey& survey, const identity::MemoryStore& store) {
    std::vector<std::string> fingerprints;
    for (const identity::Candidate& candidate : survey.inventory.candidates) {
        if (candidate.key) fingerprints.push_back(candidate.fingerprint());
    }
    const auto& repository = survey.request.repository;
    return store.load(fingerprints, repository ? repository->name_space : std::string());
}

}  // namespace

Survey survey_identities(const HubRequest& hub_request, const Configured& configured,
                         const Endpoint& endpoint, const std::optional<hub::Repository>& repository,
                         const std::optional<settings::GitSettings>& git,
                         const identity::AgentAnswer& agent, const identity::MemoryStore& store) {
    Survey survey;
    survey.request = make_request(hub_request, configured, endpoint, repository, git);
    if (!git && !decided_before_git(survey.request)) {
        throw Failure("git's configuration could not be read, so it is not known which key to use",
                      "see what 'git config --get-regexp hf-ssh' says, or name the key in "
                      "HF_SSH_IDENTITY");
    }
    const std::string& home = system::home();
    survey.inventory =
        identity::gather(survey.request, agent, home.empty() ? std::string() : home + "/.ssh");
    choose_again(survey, store);
    return survey;
}

void choose_again(Survey& survey, const identity::MemoryStore& store) {
    survey.memory = recall(survey, store);
    survey.choice = identity::choose(survey.inventory, survey.request, survey.memory);
}

Selection selection_of(const Survey& survey) {
    if (const auto* none = std::get_if<identity::NoChoice>(&survey.choice)) {
        throw Failure(none->message, none->hint);
    }
    const auto& chosen = std::get<identity::Chosen>(survey.choice);
    Selection selection;
    selection.candidate = survey.inventory.candidates[chosen.index];
    selection.reason = chosen.reason;
    selection.agent_asks_person = survey.inventory.agent_asks_person;
    if (system::tracing()) {
        system::trace("identity " + identity::describe(selection.candidate) + " " +
                      selection.candidate.fingerprint() + " (rule " +
                      std::to_string(chosen.reason.rule) + ": " + chosen.reason.text + "), of " +
                      std::to_string(survey.inventory.candidates.size()) + " candidates");
    }
    return selection;
}

}  // namespace hfssh::transport

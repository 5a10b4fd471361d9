// Part of the facts: what was asked for of identities. Only what could decide is looked at: listing
// a token's keys takes seconds, and a path that cannot be expanded matters where it may be chosen.
#include "request.hpp"

#include <unistd.h>

#include <chrono>

#include "hfssh/hub/names.hpp"
#include "hfssh/settings/variables.hpp"
#include "hfssh/ssh/config/path.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/process.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::transport {
namespace {

using identity::Request;
using identity::Setting;
using system::Failure;

// "~" of a line in ssh's configuration is the home of the passwd entry, to ssh.
ssh::PathTokens tokens_for(const Typed& typed, const Endpoint& endpoint) {
    const bool as_ssh = !typed.underlying.lacks_ssh() && !system::passwd_home().empty();
    ssh::PathTokens tokens = ssh::tokens_here(as_ssh ? system::passwd_home() : system::home());
    tokens.remote_user = endpoint.user;
    tokens.host = endpoint.host;
    tokens.original_host = endpoint.name();
    const std::string_view alias = endpoint.settings.first("hostkeyalias");
    tokens.host_key_alias = alias.empty() ? tokens.original_host : std::string(alias);
    tokens.port = endpoint.port;
    tokens.jump_host = endpoint.settings.first("proxyjump");
    return tokens;
}

std::string key_of_ssh() {
    if (system::passwd_home().empty() || system::passwd_home() == system::home()) return {};
    for (const char* name : {"id_ed25519", "id_ecdsa", "id_rsa"}) {
        const std::string path = system::passwd_home() + "/.ssh/" + name;
        if (::access(path.c_str(), R_OK) == 0) return path;
    }
    return {};
}

std::string expand(const std::string& raw, const ssh::PathTokens& tokens) {
    auto expanded = ssh::expand_path(raw, tokens);
    if (const auto* problem = std::get_if<ssh::PathProblem>(&expanded)) {
        throw Failure("identity file " + system::printable(raw) + ": cannot expand " +
                          system::printable(problem->detail),
                      {}, system::Code::ssh_configuration);
    }
    return system::absolute_path(std::get<std::string>(expanded));
}

std::vector<std::string> expand_all(const std::vector<std::string>& files,
                                    const ssh::PathTokens& tokens) {
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

// -i and -o IdentityFile are one list to ssh, which passes over "none"; the first typed counts.
std::optional<std::string> typed_identity(const ssh::CommandLine& line) {
    const auto counts = [](const std::string& file) {
        return !system::equal_ignoring_case(file, "none");
    };
    for (const ssh::Flag& flag : line.flags) {
        if (flag.letter == 'i' && flag.value && counts(*flag.value)) return flag.value;
        if (flag.letter != 'o' || !flag.value) continue;
        const auto option = ssh::read_option(*flag.value);
        if (option && option->keyword == "identityfile" && counts(option->value)) {
            return option->value;
        }
    }
    return std::nullopt;
}

void add_settings(const settings::GitSettings& git, const std::string& pattern, Request& request) {
    for (const auto kind : {Setting::Kind::identity, Setting::Kind::account}) {
        const std::string variable = kind == Setting::Kind::identity ? "identity" : "account";
        const settings::GitSetting* found =
            pattern.empty() ? git.find(variable) : git.find(pattern, variable);
        if (found == nullptr || found->value.empty()) continue;  // empty: git's way to unset
        settings::refuse_key_text(
            system::printable(found->key) + " in git's configuration (" + found->scope + ")",
            found->value);
        request.settings.push_back(
            {pattern, kind,
             kind == Setting::Kind::identity ? identity_value(found->value) : found->value,
             system::printable(found->key) + " in git's configuration (" + found->scope + ")",
             (found->scope == "command" ? "" : "do without that setting: ") +
                 settings::unset_command(*found)});
    }
}

std::vector<identity::PublicLine> token_keys(const std::string& provider) {
    constexpr auto limit = std::chrono::seconds(10);
    const std::string keygen = system::find_program("ssh-keygen");
    if (keygen.empty()) {
        system::say("ssh-keygen was not found on PATH, so the keys of the token are not known");
        return {};
    }
    system::Capture capture({keygen, {"ssh-keygen", "-D", provider}});
    const auto answer = capture.wait(std::chrono::steady_clock::now() + limit);
    if (!answer.succeeded()) {
        system::say("PKCS11Provider " + system::display_path(provider) + " lists no keys");
        return {};
    }
    std::vector<identity::PublicLine> keys;
    for (const std::string_view line : system::lines(answer.output)) {
        auto key = identity::read_public_line(line);
        if (key && !key->key.is_certificate()) keys.push_back(std::move(*key));
    }
    return keys;
}

void add_token(const Endpoint& endpoint, Request& request) {
    const std::string_view provider = endpoint.settings.first("pkcs11provider");
    if (provider.empty() || provider == "none") return;
    request.provider = provider;
    request.token_keys = token_keys(request.provider);
}

// Did something decide that comes before git's configuration?
bool decided_before_git(const Request& request) {
    return request.typed || request.provider_typed || request.environment_identity ||
           request.environment_account || request.environment_key || !request.alias_files.empty();
}

// What of a named identity may have its private half in a token.
bool is_public_half(const std::string& identity) {
    return identity.ends_with(".pub") || identity::is_fingerprint(identity);
}

// Listing a token's keys can take seconds: only where one of them could be chosen.
bool needs_token(const ssh::CommandLine& line, const Request& request) {
    if (line.has('I')) return true;
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

}  // namespace

Request make_request(const Typed& typed, const Endpoint& endpoint,
                     const std::optional<hub::Repository>& repository,
                     const std::optional<settings::GitSettings>& git,
                     EnvironmentKey& environment_key, identity::Wrapper wrapper) {
    const ssh::PathTokens tokens = tokens_for(typed, endpoint);
    Request request;
    request.repository = repository;
    request.policy = identity::read_policy(endpoint.settings);
    request.policy.files_configured = endpoint.files_configured;
    request.key_of_ssh = key_of_ssh();
    request.wrapper = std::move(wrapper);
    request.wrapper.files = expand_all(request.wrapper.files, tokens);
    if (const auto named = typed_identity(endpoint.line)) {
        request.typed = expand(*named, tokens);
        if (is_public_half(*request.typed)) add_token(endpoint, request);
        return request;  // nothing else can count
    }
    request.provider_typed = endpoint.line.has('I');
    if (typed.variables.identity) {
        settings::refuse_key_text("HF_SSH_IDENTITY", *typed.variables.identity);
        request.environment_identity = identity_value(*typed.variables.identity);
    }
    if (typed.variables.account) {
        settings::refuse_key_text("HF_SSH_ACCOUNT", *typed.variables.account);
    }
    request.environment_account = typed.variables.account;
    if (environment_key.is_set() && !request.environment_identity && !request.environment_account) {
        request.environment_key = environment_key.file();
        request.environment_key_name = environment_key.name();
    } else {
        request.environment_key_name = environment_key.empty_name();
    }
    request.alias = endpoint.is_alias ? endpoint.name() : std::string();
    request.alias_files = expand_all(endpoint.alias_files, tokens);
    if (git) {
        if (repository) {
            for (const std::string& pattern : hub::patterns_for(*repository)) {
                add_settings(*git, pattern, request);
            }
        }
        add_settings(*git, "", request);
    }
    if (!git && !decided_before_git(request)) {
        throw Failure("git's configuration could not be read, so it is not known which key to use",
                      "name the key: export HF_SSH_IDENTITY=~/.ssh/id_ed25519", system::Code::git);
    }
    // A path that cannot be expanded matters only where it could be chosen.
    const bool decided = decided_before_git(request) || identity::setting_for(request) != nullptr;
    if (!decided) request.configured = expand_all(endpoint.identity_files, tokens);
    if (needs_token(endpoint.line, request)) add_token(endpoint, request);
    return request;
}

}  // namespace hfssh::transport

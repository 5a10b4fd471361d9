// Part of the facts: where the connection goes, and as whom.
#include "hfssh/transport/endpoint.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "configured.hpp"
#include "hfssh/hub/names.hpp"
#include "hfssh/ssh/closed/configuration.hpp"
#include "hfssh/ssh/config/path.hpp"
#include "hfssh/ssh/words/shown.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::transport {
namespace {

using ssh::Resolved;

bool has_proxy(const Resolved& resolved) {
    for (const char* keyword : {"proxycommand", "proxyjump"}) {
        const std::string_view value = resolved.first(keyword);
        if (!value.empty() && value != "none") return true;
    }
    return false;
}

// Has the person said of this name where it is to be found?
bool leads_somewhere(const Resolved& resolved) {
    return !hub::is_hub_name(resolved.first("hostname")) || resolved.first("port") != "22" ||
           has_proxy(resolved);
}

// What ssh runs for a jump: the underlying ssh itself with the same configuration file, but none
// of the other options, which are for the destination (ssh(1) does likewise).
std::vector<std::string> jump_words(const Typed& typed, const ssh::CommandLine& line) {
    std::vector<std::string> words = typed.underlying.launcher;
    words.push_back(typed.underlying.program);
    auto file = line.last('F');
    if (!file) file = typed.via.last('F');
    if (file) {
        words.emplace_back("-F");
        words.emplace_back(*file);
    }
    for (std::size_t i = 0; i < line.count('v'); ++i)
        words.emplace_back("-v");
    return words;
}

std::string proxy_of(const Typed& typed, const ssh::CommandLine& line, const Resolved& resolved) {
    if (const auto jump = ssh::jump_command(resolved, jump_words(typed, line))) return *jump;
    const std::string_view places = resolved.first("proxyjump");
    if (!places.empty() && places != "none") {
        throw system::Failure("cannot read ProxyJump " + system::printable(ssh::shown_jump(places)),
                              {}, system::Code::ssh_configuration);
    }
    const std::string_view command = resolved.first("proxycommand");
    return command == "none" ? std::string() : std::string(command);
}

// TYPED: of the name typed. HUB: of "hf.co", where that is another name and was asked.
std::string user_of(const ssh::CommandLine& line, const Resolved& typed,
                    const std::optional<Resolved>& hub) {
    if (const auto user = line.user()) return *user;
    for (const Resolved* resolved : {&typed, hub ? &*hub : &typed}) {
        const std::string_view user = resolved->first("user");
        // -G prints the local login where nothing is configured; at hf.co nobody has that name.
        if (!user.empty() && user != system::login_name()) return std::string(user);
    }
    return "git";
}

std::vector<std::string> files_of(const Resolved& resolved) {
    std::vector<std::string> files;
    for (const std::string_view file : resolved.all("identityfile"))
        files.emplace_back(file);
    return files;
}

bool has_own_files(const Resolved& resolved) {
    return resolved.has("identityfile");
}

std::optional<ssh::Expansion> expansion(const Typed& typed, const Resolved& resolved) {
    if (typed.underlying.lacks_ssh()) return ssh::Expansion{};
    if (const auto known = ssh::expansion_of(resolved)) return known;
    ssh::Underlying bare = typed.underlying;
    bare.arguments.clear();
    system::Capture capture(ssh::command_for(bare, ssh::expansion_question(resolved)));
    const auto answer = capture.wait(std::chrono::steady_clock::now() + std::chrono::seconds(10));
    if (!answer.succeeded()) return std::nullopt;
    return ssh::read_expansion(ssh::read_resolved(answer.output));
}

// What would make ssh refuse a server, or a key, under the name that was typed must not get lost
// because the settings of "hf.co" are followed.
void require_same_limits(const Typed& typed, const ssh::CommandLine& line, const Resolved& resolved,
                         const Resolved& hub) {
    const std::string& name = line.destination->host;
    const ssh::UserSettings settings = user_settings(typed, line, {name});
    for (const char* keyword :
         {"RevokedHostKeys", "RefuseConnection", "UserKnownHostsFile", "GlobalKnownHostsFile",
          "HostKeyAlgorithms", "KexAlgorithms", "Ciphers", "MACs", "PubkeyAcceptedAlgorithms",
          "PubkeyAcceptedKeyTypes", "RequiredRSASize"}) {
        const std::string printed = system::lower(keyword);
        if (settings.made(printed) == ssh::UserSettings::Made::no ||
            resolved.all(printed) == hub.all(printed)) {
            continue;
        }
        throw system::Failure("your ssh configuration sets " + std::string(keyword) + " for " +
                                  system::printable(name) + " otherwise than for hf.co",
                              "put it into a block for both: Host hf.co " + system::printable(name),
                              system::Code::ssh_configuration);
    }
}

}  // namespace

struct EndpointQuery::Queries {
    std::optional<ConfigurationQuery> typed;  // none where the route has asked already
    std::optional<ConfigurationQuery> hub;    // for "hf.co", where that is another name
};

EndpointQuery::EndpointQuery(const Typed& typed, const ToHub& hub)
    : typed_(typed), hub_(hub), queries_(std::make_unique<Queries>()) {
    const ssh::Destination& destination = *hub.line.destination;
    if (!hub.alias) queries_->typed.emplace(typed, hub.line, destination.typed);
    const bool spelled_otherwise = !hub.alias && destination.host != hub::host;
    // An alias with identities of its own: are they hf.co's too?
    if (spelled_otherwise || (hub.alias && has_own_files(*hub.alias))) {
        queries_->hub.emplace(typed, hub.line, std::string(hub::host),
                              system::Capture::Errors::discard);
    }
}

EndpointQuery::~EndpointQuery() = default;

Endpoint EndpointQuery::wait(const std::function<bool()>& give_up, settings::Transport wanted) {
    Resolved typed = hub_.alias ? *hub_.alias : queries_->typed->wait(give_up, wanted);
    std::optional<Resolved> hub;
    if (queries_->hub) hub = queries_->hub->wait(give_up, wanted);

    Endpoint endpoint;
    endpoint.line = hub_.line;
    endpoint.is_alias = hub_.alias.has_value();
    endpoint.user = user_of(hub_.line, typed, hub);
    endpoint.files_configured = has_own_files(typed) || (hub && has_own_files(*hub));
    const bool files_of_hub = !endpoint.is_alias && hub && !has_own_files(typed);
    endpoint.identity_files = files_of(files_of_hub ? *hub : typed);
    std::erase(endpoint.identity_files, "none");
    if (endpoint.is_alias && hub) {
        std::vector<std::string> general = files_of(*hub);
        std::erase(general, "none");
        endpoint.alias_files = ssh::own_files(endpoint.identity_files, general);
    }
    // Of another spelling of hf.co that leads nowhere of its own, what is said of hf.co counts.
    const bool as_hub = hub && !endpoint.is_alias && !leads_somewhere(typed);
    if (as_hub) require_same_limits(typed_, hub_.line, typed, *hub);
    endpoint.settings = as_hub ? *std::move(hub) : std::move(typed);
    endpoint.host = endpoint.settings.first("hostname");
    // huggingface.co does not answer on port 22.
    if (hub::is_hub_name(endpoint.host)) endpoint.host = hub::host;
    const auto port = hub_.line.port();
    endpoint.port = port ? std::to_string(*port) : std::string(endpoint.settings.first("port"));
    endpoint.proxy_command = proxy_of(typed_, hub_.line, endpoint.settings);
    endpoint.user_settings = user_settings(typed_, endpoint.line,
                                           {endpoint.name(), std::string(hub::host),
                                            std::string(endpoint.settings.first("hostname"))});
    endpoint.expansion = expansion(typed_, endpoint.settings);
    return endpoint;
}

}  // namespace hfssh::transport

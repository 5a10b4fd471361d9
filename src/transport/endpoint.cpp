#include "hfssh/transport/endpoint.hpp"

#include "hfssh/hub/names.hpp"
#include "hfssh/ssh/closed/configuration.hpp"
#include "hfssh/system/paths.hpp"

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
std::vector<std::string> jump_words(const HubRequest& request) {
    std::vector<std::string> words = request.underlying.launcher;
    words.push_back(request.underlying.program);
    const ssh::Reading via =
        ssh::read_command_line(request.underlying.arguments, ssh::TagFlag::plain);
    const auto* via_line = std::get_if<ssh::CommandLine>(&via);
    auto file = request.typed.last('F');
    if (!file && via_line != nullptr) file = via_line->last('F');
    if (file) {
        words.emplace_back("-F");
        words.emplace_back(*file);
    }
    for (std::size_t i = 0; i < request.typed.count('v'); ++i)
        words.emplace_back("-v");
    return words;
}

std::string proxy_of(const HubRequest& request, const Resolved& resolved) {
    if (const auto jump = ssh::jump_command(resolved, jump_words(request))) return *jump;
    const std::string_view command = resolved.first("proxycommand");
    return command == "none" ? std::string() : std::string(command);
}

std::string user_of(const HubRequest& request, const Configured& configured) {
    if (const auto user = request.typed.user()) return *user;
    for (const Resolved* resolved :
         {&configured.typed, configured.hub ? &*configured.hub : &configured.typed}) {
        const std::string_view user = resolved->first("user");
        // -G prints the local login where nothing is configured; at hf.co nobody has that name.
        if (!user.empty() && user != system::login_name()) return std::string(user);
    }
    return "git";
}

bool has_own_files(const Resolved& resolved) {
    return resolved.has("identityfile");
}

}  // namespace

const Resolved& Configured::effective() const {
    return hub && !is_alias && !leads_somewhere(typed) ? *hub : typed;
}

ConfiguredQuery::ConfiguredQuery(const HubRequest& request)
    : known_(request.resolved), is_alias_(!hub::is_hub_name(request.typed.destination->host)) {
    const ssh::Destination& destination = *request.typed.destination;
    if (!known_) typed_.emplace(request.underlying, request.typed, destination.typed);
    const bool spelled_otherwise = !is_alias_ && destination.host != hub::host;
    // An alias with identities of its own: are they hf.co's too?
    if (spelled_otherwise || (known_ && has_own_files(*known_))) {
        hub_.emplace(request.underlying, request.typed, std::string(hub::host),
                     system::Capture::Errors::discard);
    }
}

Configured ConfiguredQuery::wait() {
    Configured configured{known_ ? std::move(*known_) : typed_->wait(), {}, is_alias_};
    if (hub_) configured.hub = hub_->wait();
    return configured;
}

Endpoint find_endpoint(const HubRequest& request, const Configured& configured) {
    Endpoint endpoint;
    const Resolved& where = configured.effective();
    endpoint.host = where.first("hostname");
    // huggingface.co does not answer on port 22.
    if (hub::is_hub_name(endpoint.host)) endpoint.host = hub::host;
    const auto port = request.typed.port();
    endpoint.port = port ? std::to_string(*port) : std::string(where.first("port"));
    endpoint.user = user_of(request, configured);
    endpoint.proxy_command = proxy_of(request, where);
    return endpoint;
}

std::vector<std::string> identity_files(const Configured& configured) {
    const bool other = !configured.is_alias && configured.hub && !has_own_files(configured.typed);
    std::vector<std::string> files;
    for (const std::string_view file :
         (other ? *configured.hub : configured.typed).all("identityfile")) {
        if (file != "none") files.emplace_back(file);
    }
    return files;
}

}  // namespace hfssh::transport

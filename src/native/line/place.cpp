#include "hfssh/native/line/place.hpp"

#include <charconv>

#include "hfssh/hub/names.hpp"
#include "hfssh/system/message.hpp"

namespace hfssh::native {
namespace {

// "none" if nothing is set, else seconds.
std::chrono::seconds read_timeout(std::string_view value) {
    int seconds = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
    if (error != std::errc() || end != value.data() + value.size() || seconds < 0) return {};
    return std::chrono::seconds(seconds);
}

Place::Family read_family(std::string_view value) {
    if (value == "inet") return Place::Family::ipv4;
    return value == "inet6" ? Place::Family::ipv6 : Place::Family::any;
}

const std::string* token_value(char token, const ProxyTokens& tokens) {
    static const std::string percent = "%";
    switch (token) {
        case '%':
            return &percent;
        case 'h':
            return &tokens.host;
        case 'k':
            return &tokens.host_key_alias;
        case 'n':
            return &tokens.original_host;
        case 'p':
            return &tokens.port;
        case 'r':
            return &tokens.user;
        default:
            return nullptr;
    }
}

}  // namespace

std::variant<std::string, PlaceProblem> expand_proxy_command(const std::string& raw,
                                                             const ProxyTokens& tokens) {
    std::string command;
    for (std::size_t i = 0; i < raw.size(); ++i) {
        if (raw[i] != '%') {
            command += raw[i];
            continue;
        }
        if (++i == raw.size()) return PlaceProblem{"ProxyCommand ends in the middle of a token"};
        const std::string* value = token_value(raw[i], tokens);
        if (value == nullptr) {
            return PlaceProblem{"ProxyCommand: unknown token " +
                                system::printable("%" + raw.substr(i, 1))};
        }
        command += *value;
    }
    return command;
}

std::variant<Place, PlaceProblem> place_of(const transport::Endpoint& endpoint) {
    const ssh::Resolved& resolved = endpoint.settings;
    Place place;
    place.host = endpoint.host;
    place.port = endpoint.port;
    place.family = read_family(resolved.first("addressfamily"));
    const std::string_view address = resolved.first("bindaddress");
    const std::string_view interface = resolved.first("bindinterface");
    if (address != "none") place.bind_address = address;
    if (interface != "none") place.bind_interface = interface;
    place.connect_timeout = read_timeout(resolved.first("connecttimeout"));
    if (endpoint.proxy_command.empty()) return place;
    // As the closed configuration has it: see transport/closed.hpp.
    const ProxyTokens tokens{endpoint.host, endpoint.name(), std::string(hub::host), endpoint.port,
                             endpoint.user};
    auto command = expand_proxy_command(endpoint.proxy_command, tokens);
    if (auto* problem = std::get_if<PlaceProblem>(&command)) return std::move(*problem);
    place.proxy_command = std::get<std::string>(std::move(command));
    place.proxy_passes_socket = resolved.first("proxyusefdpass") == "yes";
    return place;
}

}  // namespace hfssh::native

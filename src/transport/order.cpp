// Order, written as the arguments of libexec/hf-ssh/native and read back there, both by one table;
// and the place to connect to.
#include "hfssh/transport/order.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "hfssh/hub/names.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::transport {
namespace {

using Words = std::vector<std::string>;

// Each field with its name: what ssh_config(5) calls it, if it is a setting there.
template <typename SomeOrder, typename Visit>
void each_field(SomeOrder& order, const Visit& field) {
    field("HostName", order.place.host);
    field("Port", order.place.port);
    field("AddressFamily", order.place.family);
    field("BindAddress", order.place.bind_address);
    field("BindInterface", order.place.bind_interface);
    field("ConnectTimeout", order.place.connect_timeout);
    field("ProxyCommand", order.place.proxy_command);  // expanded
    field("ProxyUseFdpass", order.place.proxy_passes_socket);
    field("ProxyMayAsk", order.place.proxy_may_ask);
    field("User", order.user);
    field("Host", order.typed_host);
    field("Report", order.report);
    field("Trusted", order.trusted);
    field("RevokedHostKeys", order.revoked_host_keys);
    field("HostKeyAlgorithms", order.host_key_algorithms);
    field("KexAlgorithms", order.kex_algorithms);
    field("Ciphers", order.ciphers);
    field("MACs", order.macs);
    field("IdentityFile", order.identity_file);
    field("PublicKey", order.public_key);
    field("IdentityAgent", order.agent_socket);
    field("PubkeyAcceptedAlgorithms", order.accepted_algorithms);
    field("RequiredRSASize", order.required_rsa_size);
    field("NeedsProvider", order.needs_provider);
    field("BatchMode", order.batch_mode);
    field("Compression", order.compression);
    field("NoTCPKeepAlive", order.no_tcp_keep_alive);
    field("ConnectionAttempts", order.connection_attempts);
    field("ServerAliveInterval", order.alive_interval);
    field("ServerAliveCountMax", order.alive_count);
    field("SetEnv", order.set_env);
    field("SendEnv", order.send_env);
    field("NoInput", order.no_input);
    field("Loudness", order.loudness);
    field("OnlyAsked", order.only_asked);
    field("SessionType", order.session);
    field("Command", order.command);
}

// The enumerations as text, in the order of their values.
constexpr std::array families = {"any", "inet", "inet6"};
constexpr std::array sessions = {"shell", "command", "subsystem", "none"};
constexpr std::array loudnesses = {"normal", "quiet", "verbose"};
constexpr const auto& texts(Place::Family) {
    return families;
}
constexpr const auto& texts(Order::Session) {
    return sessions;
}
constexpr const auto& texts(Order::Loudness) {
    return loudnesses;
}

class Writer {
  public:
    explicit Writer(Words& words) : words_(words) {}
    void operator()(const char* name, const std::string& value) const {
        if (!value.empty()) words_.push_back(std::string(name) + "=" + value);
    }
    void operator()(const char* name, const Words& values) const {
        for (const std::string& value : values)
            (*this)(name, value);
    }
    void operator()(const char* name, bool value) const {
        if (value) (*this)(name, std::string("yes"));
    }
    void operator()(const char* name, int value) const {
        if (value != 0) (*this)(name, std::to_string(value));
    }
    void operator()(const char* name, std::chrono::seconds value) const {
        (*this)(name, static_cast<int>(value.count()));
    }
    template <typename Enum>
    requires std::is_enum_v<Enum>
    void operator()(const char* name, Enum value) const {
        (*this)(name, std::string(texts(value)[static_cast<std::size_t>(value)]));
    }

  private:
    Words& words_;
};

std::chrono::seconds seconds(std::string_view text) {
    return std::chrono::seconds(count(text));
}

// Takes one word: that of its name.
class Reader {
  public:
    Reader(std::string_view name, std::string_view value) : name_(name), value_(value) {}
    [[nodiscard]] bool known() const { return known_; }

    void operator()(std::string_view name, std::string& field) const {
        if (is(name)) field = value_;
    }
    void operator()(std::string_view name, Words& field) const {
        if (is(name)) field.emplace_back(value_);
    }
    void operator()(std::string_view name, bool& field) const {
        if (is(name)) field = value_ == "yes";
    }
    void operator()(std::string_view name, int& field) const {
        if (is(name)) field = count(value_);
    }
    void operator()(std::string_view name, std::chrono::seconds& field) const {
        if (is(name)) field = seconds(value_);
    }
    template <typename Enum>
    requires std::is_enum_v<Enum>
    void operator()(std::string_view name, Enum& field) const {
        if (!is(name)) return;
        const auto& known = texts(field);
        const auto found = std::find(known.begin(), known.end(), value_);
        known_ = found != known.end();
        if (known_) field = static_cast<Enum>(found - known.begin());
    }

  private:
    bool is(std::string_view name) const { return name == name_ && (known_ = true); }

    std::string_view name_;
    std::string_view value_;
    mutable bool known_ = false;
};

Place::Family read_family(std::string_view value) {
    if (value == "inet") return Place::Family::ipv4;
    return value == "inet6" ? Place::Family::ipv6 : Place::Family::any;
}

// Distributions send these everywhere, each would take a round trip, and hf.co has no use for them.
bool is_locale(std::string_view name) {
    return name == "LANG" || name == "LANGUAGE" || name.starts_with("LC_") || name == "COLORTERM" ||
           name == "NO_COLOR";
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

int count(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() && value > 0 ? value : 0;
}

Words words_of(const Order& order) {
    Words words;
    each_field(order, Writer(words));
    return words;
}

std::optional<Order> read_order(const Words& words) {
    Order order;
    for (const std::string_view word : words) {
        const auto equals = std::min(word.find('='), word.size());
        const Reader reader(word.substr(0, equals), word.substr(std::min(equals + 1, word.size())));
        each_field(order, reader);
        if (!reader.known()) return std::nullopt;
    }
    const bool complete = !order.place.host.empty() && !order.typed_host.empty() &&
                          !order.user.empty() &&
                          !(order.identity_file.empty() && order.public_key.empty());
    return complete ? std::optional(std::move(order)) : std::nullopt;
}

Words sent_variables(const Words& environment, const Words& patterns) {
    Words names;
    for (const std::string& assignment : environment) {
        const std::string_view name = std::string_view(assignment).substr(0, assignment.find('='));
        const auto matches = [&](const std::string& pattern) {
            return system::matches_pattern(name, pattern);
        };
        if (!is_locale(name) && std::ranges::any_of(patterns, matches)) names.emplace_back(name);
    }
    return names;
}

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

std::variant<Place, PlaceProblem> place_of(const Endpoint& endpoint) {
    const ssh::Resolved& resolved = endpoint.settings;
    Place place;
    place.host = endpoint.host;
    place.port = endpoint.port;
    place.family = read_family(resolved.first("addressfamily"));
    const std::string_view address = resolved.first("bindaddress");
    const std::string_view interface = resolved.first("bindinterface");
    if (address != "none") place.bind_address = address;
    if (interface != "none") place.bind_interface = interface;
    place.connect_timeout = seconds(resolved.first("connecttimeout"));
    if (endpoint.proxy_command.empty()) return place;
    const ProxyTokens tokens{endpoint.host, endpoint.name(), std::string(hub::host), endpoint.port,
                             endpoint.user};
    auto command = expand_proxy_command(endpoint.proxy_command, tokens);
    if (auto* problem = std::get_if<PlaceProblem>(&command)) return std::move(*problem);
    place.proxy_command = std::get<std::string>(std::move(command));
    place.proxy_passes_socket = resolved.first("proxyusefdpass") == "yes";
    return place;
}

}  // namespace hfssh::transport

#include "hfssh/native/session/order.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "hfssh/hub/names.hpp"
#include "hfssh/ssh/config/lines.hpp"
#include "hfssh/ssh/words/command_line.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::native {
namespace {

using Words = std::vector<std::string>;

// Our own two options come first: "--report PATH", "--trusted FILE".
Words take_own_options(Words words, Order& order) {
    std::vector<std::string> trusted;
    std::size_t at = 0;
    while (at + 1 < words.size() && (words[at] == "--report" || words[at] == "--trusted")) {
        if (words[at] == "--report") {
            order.report = words[at + 1];
        } else {
            trusted.push_back(words[at + 1]);
        }
        at += 2;
    }
    words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(at));
    order.trusted = settings::from_arguments(trusted);
    return words;
}

// "%%" in a value in which ssh expands tokens.
std::string single_percent(std::string_view value) {
    std::string result;
    for (std::size_t i = 0; i < value.size(); ++i) {
        result += value[i];
        if (value.substr(i, 2) == "%%") ++i;
    }
    return result;
}

std::optional<int> number(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
    return value;
}

// The options before the destination. As in ssh, the first one of a kind counts.
class Values {
  public:
    explicit Values(const ssh::CommandLine& line) : line_(line) {}

    [[nodiscard]] std::string text(std::string_view keyword) const {
        return line_.option(keyword).value_or("");
    }
    // "none" is nothing.
    [[nodiscard]] std::string some(std::string_view keyword) const {
        std::string value = text(keyword);
        return value == "none" ? std::string() : value;
    }
    [[nodiscard]] bool yes(std::string_view keyword) const { return text(keyword) == "yes"; }
    [[nodiscard]] int count(std::string_view keyword, int fallback) const {
        return number(text(keyword)).value_or(fallback);
    }
    [[nodiscard]] std::string raw(std::string_view keyword) const {
        for (const auto& option : all(keyword))
            return option.raw;
        return {};
    }
    [[nodiscard]] std::vector<ssh::OptionText> all(std::string_view keyword) const {
        std::vector<ssh::OptionText> found;
        for (const ssh::Flag& flag : line_.flags) {
            if (flag.letter != 'o') continue;
            auto option = ssh::read_option(*flag.value);
            if (option && option->keyword == keyword) found.push_back(std::move(*option));
        }
        return found;
    }

  private:
    const ssh::CommandLine& line_;
};

Place::Family family_of(std::string_view value) {
    if (value == "inet") return Place::Family::ipv4;
    return value == "inet6" ? Place::Family::ipv6 : Place::Family::any;
}

// None if the proxy's command cannot be expanded; PROBLEM says why.
bool read_place(const Values& values, const ssh::CommandLine& line, Order& order,
                std::string& problem) {
    Place& place = order.place;
    const std::string host = single_percent(values.text("hostname"));
    place.host = host.empty() ? line.destination->host : host;
    if (const auto port = line.port()) place.port = std::to_string(*port);
    place.family = family_of(values.text("addressfamily"));
    place.bind_address = values.some("bindaddress");
    place.bind_interface = values.some("bindinterface");
    place.connect_timeout = std::chrono::seconds(values.count("connecttimeout", 0));
    const std::string proxy = values.raw("proxycommand");
    if (proxy.empty() || proxy == "none") return true;
    auto command = expand_proxy_command(proxy, {place.host, line.destination->host,
                                                std::string(hub::host), place.port, order.user});
    if (const auto* unknown = std::get_if<PlaceProblem>(&command)) {
        problem = unknown->text;
        return false;
    }
    place.proxy_command = std::get<std::string>(std::move(command));
    place.proxy_may_ask = true;
    place.proxy_passes_socket = values.yes("proxyusefdpass");
    return true;
}

std::string variable(const Words& environment, std::string_view name) {
    for (const std::string_view assignment : environment) {
        if (assignment.starts_with(name) && assignment.substr(name.size()).starts_with('=')) {
            return std::string(assignment.substr(name.size() + 1));
        }
    }
    return {};
}

// ssh_config(5), IdentityAgent: a path, "none", "SSH_AUTH_SOCK" or "$NAME".
std::string agent_socket(const Values& values, const Words& environment) {
    const std::string value = values.text("identityagent");
    if (value.empty() || value == "SSH_AUTH_SOCK") return variable(environment, "SSH_AUTH_SOCK");
    if (value.starts_with('$')) return variable(environment, std::string_view(value).substr(1));
    return value == "none" ? std::string() : single_percent(value);
}

Order::Loudness loudness_of(const Values& values, const ssh::CommandLine& line) {
    if (line.has('q')) return Order::Loudness::quiet;
    if (line.has('v')) return Order::Loudness::verbose;
    const std::string level = system::lower(values.text("loglevel"));
    if (level == "quiet") return Order::Loudness::quiet;
    return level.starts_with("verbose") || level.starts_with("debug") ? Order::Loudness::verbose
                                                                      : Order::Loudness::normal;
}

void add(std::vector<Order::Variable>& variables, std::string_view assignment) {
    const std::size_t equals = assignment.find('=');
    if (equals == std::string_view::npos) return;
    const std::string_view name = assignment.substr(0, equals);
    const bool there = std::any_of(variables.begin(), variables.end(),
                                   [&](const auto& variable) { return variable.first == name; });
    if (!there) variables.emplace_back(name, assignment.substr(equals + 1));
}

// Distributions send these everywhere, each would take a round trip, and hf.co has no use for them.
bool is_locale(std::string_view name) {
    return name == "LANG" || name == "LANGUAGE" || name.starts_with("LC_") || name == "COLORTERM" ||
           name == "NO_COLOR";
}

void add_matching(std::vector<Order::Variable>& variables, const std::string& pattern,
                  const Words& environment) {
    for (const std::string& assignment : environment) {
        const std::string_view name = std::string_view(assignment).substr(0, assignment.find('='));
        if (!is_locale(name) && system::matches_pattern(name, pattern)) add(variables, assignment);
    }
}

// SetEnv overrides SendEnv.
void read_variables(const Values& values, const Words& environment, Order& order) {
    const auto sets = values.all("setenv");
    if (!sets.empty()) {
        for (const std::string& assignment :
             ssh::split_arguments(sets.front().raw).value_or(Words()))
            add(order.variables, assignment);
    }
    for (const auto& send : values.all("sendenv")) {
        for (const std::string& pattern : ssh::split_arguments(send.raw).value_or(Words()))
            add_matching(order.variables, pattern, environment);
    }
}

void read_session(const Values& values, const ssh::CommandLine& line, Order& order) {
    using Session = Order::Session;
    order.command = system::join(line.command, " ");
    const std::string type = values.text("sessiontype");
    if (type == "none" || line.has('N')) {
        order.session = Session::none;
    } else if (type == "subsystem" || line.has('s')) {
        order.session = Session::subsystem;
    } else {
        order.session = line.command.empty() ? Session::shell : Session::command;
    }
    order.no_input = line.has('n') || values.yes("stdinnull") || order.session == Session::none;
}

}  // namespace

std::variant<Order, std::string> read_order(const std::vector<std::string>& arguments,
                                            const std::vector<std::string>& environment) {
    Order order;
    const ssh::Reading reading =
        ssh::read_command_line(take_own_options(arguments, order), ssh::TagFlag::takes_value);
    const auto* line = std::get_if<ssh::CommandLine>(&reading);
    if (line == nullptr || !line->destination) {
        return "native is what hf-ssh runs where there is no ssh; see hf-ssh(1)";
    }
    const Values values(*line);
    order.typed_host = line->destination->host;
    order.user = line->user().value_or("git");
    std::string problem;
    if (!read_place(values, *line, order, problem)) return problem;
    for (const std::string& file :
         ssh::split_arguments(values.raw("revokedhostkeys")).value_or(Words()))
        order.revoked_host_keys.push_back(single_percent(file));
    order.host_key_algorithms = values.text("hostkeyalgorithms");
    order.kex_algorithms = values.text("kexalgorithms");
    order.ciphers = values.text("ciphers");
    order.macs = values.text("macs");
    order.identity_file = single_percent(values.text("identityfile"));
    order.agent_socket = agent_socket(values, environment);
    order.accepted_algorithms = values.text("pubkeyacceptedalgorithms");
    if (order.accepted_algorithms.empty()) {
        order.accepted_algorithms = values.text("pubkeyacceptedkeytypes");  // before 8.5
    }
    order.required_rsa_size = values.count("requiredrsasize", 0);
    order.needs_provider = !values.some("pkcs11provider").empty();
    order.batch_mode = values.yes("batchmode");
    order.prompts = values.count("numberofpasswordprompts", order.prompts);
    order.compression = line->has('C') || values.yes("compression");
    order.tcp_keep_alive = values.text("tcpkeepalive") != "no";
    order.connection_attempts = std::max(1, values.count("connectionattempts", 1));
    order.alive_interval = std::chrono::seconds(values.count("serveraliveinterval", 0));
    order.alive_count = values.count("serveralivecountmax", order.alive_count);
    order.loudness = loudness_of(values, *line);
    read_session(values, *line, order);
    order.only_asked = line->has('G');
    read_variables(values, environment, order);
    return order;
}

std::string resolved_text(const Order& order) {
    std::string text = "host " + order.typed_host + "\nuser " + order.user + "\nhostname " +
                       order.place.host + "\nport " + order.place.port + "\nidentityfile " +
                       order.identity_file + "\nidentityagent " +
                       (order.agent_socket.empty() ? "none" : order.agent_socket) +
                       "\nhostkeyalgorithms " + order.host_key_algorithms + "\n";
    if (order.place.has_proxy()) text += "proxycommand " + order.place.proxy_command + "\n";
    return text;
}

}  // namespace hfssh::native

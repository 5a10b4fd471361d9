// Shuts ssh, or the native transport, in: nothing but what is decided here, and the settings of the
// allow-list, is heeded. The plan and the question to a wrapper have the same from here.
#include "closed.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "hfssh/identity/agent.hpp"
#include "hfssh/ssh/words/shown.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"
#include "hfssh/system/trace.hpp"

extern char** environ;

namespace hfssh::transport {
namespace {

using system::Failure;

// ssh shrugs off a helper that is missing, and goes on without it.
std::string find_helper() {
    const std::string helper = system::libexec_program("known-hosts");
    struct stat info = {};
    const bool file = ::stat(helper.c_str(), &info) == 0 && S_ISREG(info.st_mode);
    if (!file || ::access(helper.c_str(), X_OK) != 0) {
        const int error = file || !S_ISDIR(info.st_mode) ? errno : EISDIR;
        throw Failure("the program that checks host keys cannot be run: " +
                          system::display_path(helper) + ": " + std::strerror(error),
                      "install hf-ssh again", system::Code::installation);
    }
    return helper;
}

ssh::ClosedConfiguration take(std::variant<ssh::ClosedConfiguration, ssh::ClosedError> closed) {
    if (const auto* error = std::get_if<ssh::ClosedError>(&closed))
        throw Failure(error->text, {}, system::Code::ssh_configuration);
    auto& configuration = std::get<ssh::ClosedConfiguration>(closed);
    for (const std::string& keyword : configuration.left_out) {
        system::trace("left out, since this ssh cannot be told: " + keyword);
    }
    return std::move(configuration);
}

void require_plain_user(const Endpoint& endpoint) {
    if (ssh::is_plain_user(endpoint.user)) return;
    throw Failure("refused: the user name contains shell metacharacters: " +
                      system::printable(ssh::shown_user(endpoint.user)),
                  {}, system::Code::bad_argument);
}

std::vector<std::string> algorithms(const hub::TrustedSet& trusted) {
    const auto names = trusted.acceptable_host_key_algorithms();
    return {names.begin(), names.end()};
}

std::vector<std::string> environment() {
    std::vector<std::string> assignments;
    for (char** entry = environ; *entry != nullptr; ++entry)
        assignments.emplace_back(*entry);
    return assignments;
}

std::vector<std::string> all(const ssh::Resolved& resolved, std::string_view keyword) {
    const auto values = resolved.all(keyword);
    return {values.begin(), values.end()};
}

// What makes hf-ssh weaker or safer.
void set_security(Order& order, const Enclosure& enclosure, const ssh::Resolved& resolved) {
    order.trusted = enclosure.trusted_files;
    const auto revoked = ssh::revoked_files(resolved);
    if (!revoked)
        throw Failure(ssh::setting_error("RevokedHostKeys").text, {},
                      system::Code::ssh_configuration);
    order.revoked_host_keys = *revoked;
    order.host_key_algorithms =
        system::join(ssh::common_host_key_algorithms(algorithms(enclosure.trusted), resolved), ",");
    if (order.host_key_algorithms.empty())
        throw Failure(ssh::no_algorithm_error().text, {}, system::Code::ssh_configuration);
    // Every list is a limit, also a default of this very ssh.
    order.kex_algorithms = resolved.first("kexalgorithms");
    order.ciphers = resolved.first("ciphers");
    order.macs = resolved.first("macs");
    order.accepted_algorithms = resolved.first("pubkeyacceptedalgorithms");
    if (order.accepted_algorithms.empty()) {
        order.accepted_algorithms = resolved.first("pubkeyacceptedkeytypes");  // before 8.5
    }
    order.required_rsa_size = count(resolved.first("requiredrsasize"));
}

void set_identity(Order& order, const ssh::OfferedIdentity& identity,
                  const ssh::Resolved& resolved) {
    order.identity_file = identity.file;
    order.needs_provider = identity.provider.has_value() && *identity.provider != "none";
    if (!identity.agent_answers) return;
    std::optional<std::string> agent;
    if (resolved.has("identityagent")) agent = resolved.first("identityagent");
    order.agent_socket = identity::agent_socket(agent, system::environment);
}

void set_bounds(Order& order, const Endpoint& endpoint) {
    const ssh::Bounds bounds =
        ssh::bounds_of(endpoint.settings, endpoint.user_settings, !endpoint.proxy_command.empty());
    order.place.connect_timeout = std::chrono::seconds(count(bounds.connect_timeout));
    order.alive_interval = std::chrono::seconds(count(bounds.alive_interval));
    order.alive_count = count(bounds.alive_count_max);
}

void set_session(Order& order, const ssh::CommandLine& line) {
    using Session = Order::Session;
    order.command = system::join(line.command, " ");
    order.session = line.has('N')          ? Session::none
                    : line.has('s')        ? Session::subsystem
                    : line.command.empty() ? Session::shell
                                           : Session::command;
    order.no_input = line.has('n') || order.session == Session::none;
}

// SetEnv overrides SendEnv.
void set_variables(Order& order, const ssh::Resolved& resolved) {
    order.set_env = all(resolved, "setenv");
    for (std::string& name : sent_variables(environment(), all(resolved, "sendenv"))) {
        const bool set = std::ranges::any_of(order.set_env, [&](std::string_view assignment) {
            return assignment.substr(0, assignment.find('=')) == name;
        });
        if (!set) order.send_env.push_back(std::move(name));
    }
}

Order::Loudness loudness_of(const Endpoint& endpoint) {
    using Loudness = Order::Loudness;
    // Flags assign, over the LogLevel that was configured.
    if (endpoint.line.has('q')) return Loudness::quiet;
    if (endpoint.line.has('v')) return Loudness::verbose;
    const std::string level = system::lower(endpoint.settings.first("loglevel"));
    if (level == "quiet") return Loudness::quiet;
    return level.starts_with("verbose") || level.starts_with("debug") ? Loudness::verbose
                                                                      : Loudness::normal;
}

}  // namespace

Order make_order(const Enclosure& enclosure, const ssh::OfferedIdentity& identity,
                 const std::string& report) {
    const Endpoint& endpoint = enclosure.endpoint;
    const ssh::Resolved& resolved = endpoint.settings;
    require_plain_user(endpoint);
    auto place = place_of(endpoint);
    if (const auto* problem = std::get_if<PlaceProblem>(&place))
        throw Failure(problem->text, {}, system::Code::ssh_configuration);
    Order order{std::get<Place>(std::move(place)), endpoint.user, endpoint.name(), report};
    order.place.proxy_may_ask = true;
    set_security(order, enclosure, resolved);
    set_identity(order, identity, resolved);
    set_bounds(order, endpoint);
    set_session(order, endpoint.line);
    set_variables(order, resolved);
    order.batch_mode =
        enclosure.typed.variables.nobody_to_ask || resolved.first("batchmode") == "yes";
    const std::string_view compression = resolved.first("compression");
    order.compression = compression == "yes" || compression == "UNKNOWN";  // OpenSSH 10, for -C
    order.no_tcp_keep_alive = resolved.first("tcpkeepalive") == "no";
    order.connection_attempts = std::max(1, count(resolved.first("connectionattempts")));
    order.loudness = loudness_of(endpoint);
    order.only_asked = endpoint.line.has('G');
    return order;
}

Closed close(const Enclosure& enclosure, const ssh::OfferedIdentity& identity,
             const std::string& report, system::TemporaryDirectory& files) {
    const Endpoint& endpoint = enclosure.endpoint;
    require_plain_user(endpoint);
    ssh::HostTrust trust;
    trust.report = report;
    // Whatever becomes of the environment on the way, the same files are read that we read.
    trust.files = enclosure.trusted_files;
    trust.algorithms = algorithms(enclosure.trusted);
    const ssh::ClosedRequest request{endpoint.line,
                                     endpoint.settings,
                                     trust,
                                     identity,
                                     endpoint.host,
                                     endpoint.user,
                                     endpoint.port,
                                     endpoint.proxy_command,
                                     enclosure.typed.variables.nobody_to_ask,
                                     endpoint.user_settings,
                                     endpoint.expansion};
    Closed closed;
    const ssh::Underlying& underlying = enclosure.typed.underlying;
    closed.program = underlying.launcher;
    closed.program.push_back(underlying.program);
    trust.helper = find_helper();
    closed.can_report = endpoint.settings.has_known_hosts_command();
    if (!closed.can_report) {
        closed.known_hosts = files.write("known_hosts", enclosure.trusted.known_hosts_text());
        trust.known_hosts = closed.known_hosts;
    }
    ssh::ClosedConfiguration configuration = take(ssh::close_configuration(request));
    closed.options = std::move(configuration.options);
    closed.known_hosts_command = std::move(configuration.known_hosts_command);
    return closed;
}

system::Command Closed::command(const std::vector<std::string>& first) const {
    std::vector<std::string> words = program;
    words.insert(words.end(), first.begin(), first.end());
    words.insert(words.end(), options.begin(), options.end());
    const std::string file = system::find_program(words.front());
    if (file.empty())
        throw Failure("no such program: " + system::printable(words.front()), {},
                      system::Code::no_ssh);
    return {file, words};
}

}  // namespace hfssh::transport

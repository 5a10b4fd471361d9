#include "hfssh/ssh/closed/configuration.hpp"

#include <algorithm>
#include <array>

#include "hfssh/system/text.hpp"
#include "options.hpp"

namespace hfssh::ssh {
namespace {

// Every setting that bears on whom we trust, whom we say we are, and what happens besides the one
// remote command. Known to every OpenSSH since 7.6.
constexpr auto fixed = std::to_array<std::string_view>({
    // the server
    "StrictHostKeyChecking=yes",
    "UserKnownHostsFile=/dev/null",
    "GlobalKnownHostsFile=/dev/null",
    "HostKeyAlias=hf.co",
    "VerifyHostKeyDNS=no",
    "NoHostAuthenticationForLocalhost=no",
    "CheckHostIP=no",
    "UpdateHostKeys=no",
    // no connection that somebody else opened
    "ControlMaster=no",
    "ControlPath=none",
    "ControlPersist=no",
    // the person
    "IdentitiesOnly=yes",
    "PreferredAuthentications=publickey",
    "PasswordAuthentication=no",
    "KbdInteractiveAuthentication=no",
    "HostbasedAuthentication=no",
    // nothing besides the one remote command
    "ForwardAgent=no",
    "ForwardX11=no",
    "ClearAllForwardings=yes",
    "PermitLocalCommand=no",
    "RemoteCommand=none",
    "RequestTTY=no",
    "Tunnel=no",
    "EscapeChar=none",
    "CanonicalizeHostname=no",
});

// Likewise, but only some builds and versions know them, and the others complain: set where this
// ssh's -G prints the name.
constexpr auto fixed_if_known = std::to_array<std::string_view>({
    "GSSAPIAuthentication=no",
    "GSSAPIKeyExchange=no",  // distributions' patch; it would verify no host key at all
    "EnableEscapeCommandline=no",
});

// The program's path is taken as it is; ssh splits the line into words and expands tokens in the
// words after the first (fact: "%" is not doubled in the path).
std::optional<std::string> helper_command(const HostTrust& trust) {
    const auto helper = quote_argument(trust.helper, Escapes::backslash);
    if (!helper || !trust.helper.starts_with('/')) return std::nullopt;
    std::string command = *helper + " %I %t %K %f " + (trust.report.empty() ? "-" : trust.report);
    for (const std::string& file : trust.files) {
        const auto argument = quote_argument(double_percent(file), Escapes::backslash);
        if (!argument || names_variable(file)) return std::nullopt;
        command += " " + *argument;
    }
    return command;
}

bool set_host_trust(const ClosedRequest& request, Options& options, std::string& set) {
    if (!request.resolved.has_known_hosts_command()) {
        const auto file = quote_argument(double_percent(request.trust.known_hosts), Escapes::none);
        if (!file || request.trust.known_hosts.empty()) return false;
        options.set("UserKnownHostsFile", *file);
        return true;
    }
    const auto command = helper_command(request.trust);
    if (!command) return false;
    set = *command;
    options.set("KnownHostsCommand", set);
    return true;
}

// From 8.9 on it may say which form: a way round servers that mishandle the newer one.
std::string_view public_key_authentication(const Resolved& resolved) {
    const std::string_view value = resolved.first("pubkeyauthentication");
    return value == "unbound" || value == "host-bound" ? value : "yes";
}

}  // namespace

std::vector<std::string> common_host_key_algorithms(const std::vector<std::string>& trusted,
                                                    const Resolved& resolved) {
    const std::vector<std::string_view> allowed =
        system::split(resolved.first("hostkeyalgorithms"), ',');
    std::vector<std::string> result;
    std::copy_if(trusted.begin(), trusted.end(), std::back_inserter(result),
                 [&](const std::string& name) {
                     return std::find(allowed.begin(), allowed.end(), name) != allowed.end();
                 });
    return result;
}

bool is_plain_user(std::string_view user) {
    if (user.starts_with('-') || user.ends_with('\\')) return false;
    if (user.find_first_of("'`\";&<>|(){}") != std::string_view::npos) return false;
    return user.find(" -") == std::string_view::npos && user.find("\t-") == std::string_view::npos;
}

Escapes escapes_of(const Resolved& resolved) {
    return resolved.supports("sessiontype") ? Escapes::backslash : Escapes::none;
}

std::variant<ClosedConfiguration, ClosedError> close_configuration(const ClosedRequest& request) {
    ClosedConfiguration closed;
    Options options;
    options.flag('F', "none");
    // Flags assign, over an earlier -o too: on the command line nothing can come after them.
    options.flag('S', "none");
    // Of an option given twice the first counts: an ssh without KnownHostsCommand has its own file.
    if (!set_host_trust(request, options, closed.known_hosts_command))
        return ClosedError::helper_path;
    for (const std::string_view option : fixed)
        options.set(option);
    for (const std::string_view option : fixed_if_known) {
        if (request.resolved.supports(system::lower(option.substr(0, option.find('=')))))
            options.set(option);
    }
    const std::vector<std::string> algorithms =
        common_host_key_algorithms(request.trust.algorithms, request.resolved);
    if (algorithms.empty()) return ClosedError::no_host_key_algorithm;
    options.set("HostKeyAlgorithms", system::join(algorithms, ","));
    options.set("PubkeyAuthentication", public_key_authentication(request.resolved));
    if (!add_identity(request, options)) return ClosedError::identity_path;
    add_session(request, options);
    add_connection(request, options, closed.left_out);
    closed.options = options.take();
    return closed;
}

}  // namespace hfssh::ssh

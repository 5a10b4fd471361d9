#include "hfssh/ssh/closed/configuration.hpp"

#include <algorithm>
#include <array>

#include "carried.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::ssh {
namespace {

// Every setting that decides which server is trusted, which identity is offered, and what else is
// run besides the one remote command. Known to every OpenSSH since 7.6. What stands here can't be
// carried over as well: of an option given twice ssh takes the first.
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
    // no connection that another process opened
    "ControlMaster=no",
    "ControlPath=none",
    "ControlPersist=no",
    // the identity
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
// words after the first (fact: "%" is not doubled in the path). It prints the whole of it when the
// helper refuses, above our explanation: an RSA key fills ten lines of a terminal, so all else is
// short.
std::optional<std::string> helper_command(const HostTrust& trust) {
    const auto helper = quote_argument(trust.helper, Escapes::backslash);
    if (!helper || !trust.helper.starts_with('/')) return std::nullopt;
    std::string command = *helper + " %I %t %K " + (trust.report.empty() ? "-" : trust.report);
    for (const std::string& file : trust.files) {
        const auto argument = quote_argument(double_percent(file), Escapes::backslash);
        if (!argument || names_variable(file)) return std::nullopt;
        command += " " + *argument;
    }
    return command;
}

class Options {
  public:
    void set(std::string_view option) {
        result_.emplace_back("-o");
        result_.emplace_back(option);
    }
    void set(std::string_view keyword, std::string_view value) {
        set(std::string(keyword) + "=" + std::string(value));
    }
    void flag(char letter) { result_.push_back(std::string("-") + letter); }
    void flag(char letter, std::string_view value) {
        flag(letter);
        result_.emplace_back(value);
    }
    std::vector<std::string> take() { return std::move(result_); }

  private:
    std::vector<std::string> result_;
};

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

ClosedError error(ClosedError::Kind kind, std::string text) {
    return {kind, std::move(text)};
}

ClosedError identity_path_error() {
    return error(ClosedError::Kind::identity_path, "ssh cannot be given the path of the key");
}

ClosedError helper_path_error() {
    return error(ClosedError::Kind::helper_path,
                 "ssh cannot be given the path of the program that checks host keys, or of a file "
                 "with more of them: a path with \"${\" in it");
}

bool add_identity(const ClosedRequest& request, Options& options) {
    const OfferedIdentity& identity = request.identity;
    const Escapes escapes = escapes_of(request.resolved);
    const auto path = [&](const std::string& text) -> std::optional<std::string> {
        // A literal "${" cannot be told from a variable.
        if (names_variable(text) || !text.starts_with('/')) return std::nullopt;
        return quote_argument(double_percent(text), escapes);
    };
    const auto file = path(identity.file);
    if (!file) return false;
    options.set("IdentityFile", *file);
    if (!identity.certificate.empty()) {
        const auto certificate = path(identity.certificate);
        if (!certificate) return false;
        options.set("CertificateFile", *certificate);
    }
    if (identity.provider) {
        const auto provider = quote_argument(*identity.provider, escapes);
        if (!provider) return false;
        options.set("PKCS11Provider", *provider);
    }
    if (!identity.agent_answers) options.set("IdentityAgent", "none");
    return true;
}

void add_session(const ClosedRequest& request, Options& options) {
    const CommandLine& typed = request.typed;
    const Resolved& resolved = request.resolved;
    const bool no_command = typed.has('N');
    const bool subsystem = typed.has('s') && !no_command;
    if (resolved.supports("sessiontype")) {
        options.set("SessionType", no_command ? "none" : subsystem ? "subsystem" : "default");
    } else if (no_command || subsystem) {
        options.flag(no_command ? 'N' : 's');
    }
    const auto yes_no = [](bool value) { return value ? "yes" : "no"; };
    if (resolved.supports("stdinnull")) {
        options.set("StdinNull", yes_no(typed.has('n')));
    } else if (typed.has('n')) {
        options.flag('n');
    }
    if (resolved.supports("forkafterauthentication")) options.set("ForkAfterAuthentication", "no");
}

std::optional<ClosedError> add_connection(const ClosedRequest& request, Options& options,
                                          std::vector<std::string>& left_out) {
    options.set("HostName", double_percent(request.host));
    options.set("Port", request.port);
    if (request.batch_mode) options.set("BatchMode", "yes");
    // Set first, so that no ProxyCommand that is carried could replace it.
    options.set("ProxyCommand", request.proxy_command.empty() ? "none" : request.proxy_command);
    for (const CarriedSetting& setting : carried_settings(request)) {
        if (setting.option) {
            options.set(*setting.option);
        } else if (setting.harmless) {
            left_out.push_back(setting.keyword);
        } else if (setting.keyword != "IdentityAgent" || request.identity.agent_answers) {
            return setting_error(setting.keyword);
        }
    }
    if (request.typed.has('y')) options.flag('y');
    if (const auto log = request.typed.last('E')) options.flag('E', *log);
    options.flag('l', request.user);
    return std::nullopt;
}

}  // namespace

ClosedError no_algorithm_error() {
    return error(ClosedError::Kind::no_host_key_algorithm,
                 "no host key of hf.co can be accepted: the types of the trusted keys and the "
                 "HostKeyAlgorithms of your ssh configuration have none in common");
}

ClosedError setting_error(const std::string& keyword) {
    return error(ClosedError::Kind::setting,
                 keyword +
                     " of your ssh configuration cannot be carried over to the connection with "
                     "hf.co, and without it hf-ssh would be weaker than ssh: use a value without "
                     "blanks, quotes, \"%\" and \"${\"");
}

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
    if (!set_host_trust(request, options, closed.known_hosts_command)) return helper_path_error();
    for (const std::string_view option : fixed)
        options.set(option);
    for (const std::string_view option : fixed_if_known) {
        if (request.resolved.supports(system::lower(option.substr(0, option.find('=')))))
            options.set(option);
    }
    const std::vector<std::string> algorithms =
        common_host_key_algorithms(request.trust.algorithms, request.resolved);
    if (algorithms.empty()) return no_algorithm_error();
    options.set("HostKeyAlgorithms", system::join(algorithms, ","));
    options.set("PubkeyAuthentication", public_key_authentication(request.resolved));
    if (!add_identity(request, options)) return identity_path_error();
    add_session(request, options);
    if (auto problem = add_connection(request, options, closed.left_out)) {
        return *std::move(problem);
    }
    closed.options = options.take();
    return closed;
}

}  // namespace hfssh::ssh

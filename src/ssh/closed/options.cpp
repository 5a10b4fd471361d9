#include "options.hpp"

#include "carried.hpp"

namespace hfssh::ssh {

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

void add_connection(const ClosedRequest& request, Options& options,
                    std::vector<std::string>& left_out) {
    options.set("HostName", double_percent(request.host));
    options.set("Port", request.port);
    if (request.batch_mode) options.set("BatchMode", "yes");
    // "none" shuts out nothing that a direct connection has, and is first, so that it stays.
    options.set("ProxyCommand", request.proxy_command.empty() ? "none" : request.proxy_command);
    for (const CarriedSetting& setting : carried_settings(request.resolved)) {
        if (setting.option) {
            options.set(*setting.option);
        } else {
            left_out.push_back(setting.keyword);
        }
    }
    if (request.typed.has('y')) options.flag('y');
    if (const auto log = request.typed.last('E')) options.flag('E', *log);
    options.flag('l', request.user);
}

}  // namespace hfssh::ssh

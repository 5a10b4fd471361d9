#include "key_exchange.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "hfssh/hub/wire.hpp"
#include "hfssh/identity/public_key.hpp"
#include "hfssh/native/session/unusable.hpp"
#include "hfssh/settings/trusted_files.hpp"
#include "hfssh/ssh/closed/refusal.hpp"
#include "hfssh/ssh/closed/report_channel.hpp"
#include "hfssh/system/encode.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/files.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"
#include "hfssh/system/trace.hpp"
#include "outlet.hpp"

namespace hfssh::native {
namespace {

using transport::Order;
hub::TrustedSet load(const std::vector<settings::TrustedFile>& files) {
    settings::TrustedHostKeys keys =
        settings::load_host_keys(files.empty() ? settings::trusted_files() : files);
    for (const hub::Problem& problem : keys.problems) {
        if (problem.severity == hub::Problem::Severity::broken) {
            system::say(settings::describe(problem) + "; line ignored");
        }
    }
    return std::move(keys.set);
}

std::string common(const hub::TrustedSet& set, const std::string& asked) {
    const auto trusted = set.acceptable_host_key_algorithms();
    std::vector<std::string> both;
    for (const std::string_view name : system::split(asked, ',')) {
        if (std::find(trusted.begin(), trusted.end(), name) != trusted.end())
            both.emplace_back(name);
    }
    return system::join(both, ",");
}

// ssh_config(5), RevokedHostKeys: a list of keys, or a KRL, which only OpenSSH can read. A file
// that is missing or cannot be read refuses every host, as it does with ssh.
std::string read_revoked(const std::string& path) {
    constexpr std::size_t largest = std::size_t{1} << 20;
    if (path == "/dev/null") return {};
    auto read = system::read_file(path, largest);
    auto* text = std::get_if<std::string>(&read);
    if (text == nullptr) {
        throw system::Failure("RevokedHostKeys cannot be read: " + system::display_path(path));
    }
    if (text->starts_with("SSHKRL\n")) {
        throw system::Failure(
            "RevokedHostKeys is a key revocation list, which the native transport cannot read: " +
                system::display_path(path),
            "list the public keys in it, one a line, or use OpenSSH's client");
    }
    for (std::string_view line : system::lines(*text)) {
        line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
        if (line.empty() || line.starts_with('#')) continue;
        const auto key = identity::read_public_line(line);
        if (key && line.starts_with(key->key.type)) continue;
        throw system::Failure("RevokedHostKeys cannot be read: " + system::display_path(path) +
                              " has a line that is no public key");
    }
    return std::move(*text);
}

class Exchange {
  public:
    Exchange(LibrarySession& session, const Order& order, const std::string& host_key_algorithms,
             Deadline deadline)
        : session_(session),
          order_(order),
          host_key_algorithms_(host_key_algorithms),
          deadline_(deadline) {}

    bool run() {
        allow_algorithms();
        const int result = session_.run(
            [this] {
                return ::libssh2_session_handshake(session_.get(), session_.stream().socket());
            },
            deadline_, {});
        if (result != 0) return fail_exchange(result);
        // As `ssh -v` has it.
        tell(order_, "kex: algorithm: " + method(LIBSSH2_METHOD_KEX));
        tell(order_, "kex: host key algorithm: " + method(LIBSSH2_METHOD_HOSTKEY));
        tell(order_, "kex: server->client cipher: " + method(LIBSSH2_METHOD_CRYPT_SC) +
                         " MAC: " + method(LIBSSH2_METHOD_MAC_SC) +
                         " compression: " + method(LIBSSH2_METHOD_COMP_SC));
        tell(order_, "kex: client->server cipher: " + method(LIBSSH2_METHOD_CRYPT_CS) +
                         " MAC: " + method(LIBSSH2_METHOD_MAC_CS) +
                         " compression: " + method(LIBSSH2_METHOD_COMP_CS));
        return true;
    }

  private:
    // The user's own list can only make ours shorter.
    void narrow(const char* what, int method, const std::string& names) {
        if (names.empty() || session_.narrow(method, names)) return;
        throw Unusable("no " + std::string(what) +
                           " that your ssh configuration allows is one that libssh2 can do and "
                           "that is modern",
                       "see " + std::string(what) + " in ssh_config(5)");
    }

    void allow_algorithms() {
        if (!allow_modern_only(session_)) {
            throw Unusable("libssh2 " + std::string(::libssh2_version(0)) +
                           " knows no modern algorithms");
        }
        if (!session_.allow(LIBSSH2_METHOD_HOSTKEY, host_key_algorithms_)) {
            throw Unusable(
                "libssh2 " + std::string(::libssh2_version(0)) +
                    " knows none of the types of the trusted host keys: " + host_key_algorithms_,
                "install OpenSSH's client (openssh-client, openssh-clients)");
        }
        narrow("KexAlgorithms", LIBSSH2_METHOD_KEX, order_.kex_algorithms);
        for (const int method : {LIBSSH2_METHOD_CRYPT_CS, LIBSSH2_METHOD_CRYPT_SC})
            narrow("Ciphers", method, order_.ciphers);
        for (const int method : {LIBSSH2_METHOD_MAC_CS, LIBSSH2_METHOD_MAC_SC})
            narrow("MACs", method, order_.macs);
        if (order_.compression) ::libssh2_session_flag(session_.get(), LIBSSH2_FLAG_COMPRESS, 1);
    }

    bool fail_exchange(int result) {
        const std::string with = session_.stream().peer();
        if (result == LIBSSH2_ERROR_TIMEOUT) {
            return fail(order_,
                        "the server did not answer in time, in the key exchange with " + with);
        }
        // The library has one error for everything that two sides may not have in common.
        const bool differs = result == LIBSSH2_ERROR_KEX_FAILURE && !session_.hung_up() &&
                             ::libssh2_session_hostkey(session_.get(), nullptr, nullptr) == nullptr;
        return fail(order_,
                    "the key exchange with " + with + " failed: " +
                        (differs ? "no matching host key type, key exchange or cipher; host key "
                                   "types that can be verified here: " +
                                       session_.allowed(LIBSSH2_METHOD_HOSTKEY)
                                 : session_.last_error()));
    }

    std::string method(int which) {
        const char* name = ::libssh2_session_methods(session_.get(), which);
        return name == nullptr ? "?" : system::printable(name);
    }

    LibrarySession& session_;
    const Order& order_;
    const std::string& host_key_algorithms_;
    Deadline deadline_;
};

}  // namespace

HostTrust::HostTrust(const Order& order)
    : set_(load(settings::from_arguments(order.trusted))),
      algorithms_(common(set_, order.host_key_algorithms)),
      report_(order.report),
      required_rsa_size_(order.required_rsa_size) {
    for (const std::string& file : order.revoked_host_keys)
        revoked_.emplace_back(file, read_revoked(file));
}

bool HostTrust::accepts(std::string_view blob) const {
    const std::string_view type = hub::WireReader(blob).string();
    const std::string base64 = system::base64_encode(blob);
    const hub::Judgement judgement = set_.judge(type, base64);
    if (judgement.verdict != hub::Verdict::trusted) {
        if (!ssh::send_report(report_, ssh::Report::refused, type, base64))
            ssh::tell(ssh::explain_refusal(set_, judgement));
        return false;
    }
    for (const auto& [file, text] : revoked_) {
        if (!ssh::names_key(text, blob)) continue;
        ssh::tell(ssh::explain_revoked_by(file, judgement.match->key));
        ssh::send_report(report_, ssh::Report::explained);
        return false;
    }
    // ssh_config(5), RequiredRSASize: host keys too.
    const auto key = identity::read_public_key(blob);
    if (type == "ssh-rsa" && required_rsa_size_ > 0 && (!key || key->bits < required_rsa_size_)) {
        system::say("REFUSED: the host key " + judgement.fingerprint() +
                    " has fewer bits than your RequiredRSASize, " +
                    std::to_string(required_rsa_size_) + "; nothing of yours was sent");
        ssh::send_report(report_, ssh::Report::explained);
        return false;
    }
    ssh::send_report(report_, ssh::Report::accepted, type, base64);
    system::trace("host key " + judgement.fingerprint() + " (" + judgement.match->key.type +
                  ") trusted: " + settings::describe(judgement.match->origin));
    return true;
}

bool exchange_keys(LibrarySession& session, const Order& order,
                   const std::string& host_key_algorithms, Deadline deadline) {
    return Exchange(session, order, host_key_algorithms, deadline).run();
}

}  // namespace hfssh::native

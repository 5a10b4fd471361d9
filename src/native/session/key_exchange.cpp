#include "key_exchange.hpp"

#include <algorithm>
#include <string_view>
#include <variant>

#include "clear_channel.hpp"
#include "hfssh/native/line/addresses.hpp"
#include "hfssh/native/session/unusable.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"
#include "server_offer.hpp"
#include "voice.hpp"

namespace hfssh::native {
namespace {

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
    // The person's own list can only make ours shorter.
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
        // The library has one word for all that two sides may not have in common.
        const std::string reason = session_.hung_up() ? std::string() : nothing_in_common();
        return fail(order_, "the key exchange with " + with +
                                " failed: " + (reason.empty() ? session_.last_error() : reason));
    }

    // Asks the server once more what it offers; empty where that does not explain it.
    std::string nothing_in_common() {
        if (order_.place.has_proxy()) return {};
        auto reached = connect(order_.place, deadline_);
        auto* stream = std::get_if<Stream>(&reached);
        ServerOffer offer;
        const GiveUp never;
        if (stream == nullptr || !ClearChannel(*stream, deadline_, never).greet(offer).empty()) {
            return {};
        }
        const auto& ours = session_.allowed(LIBSSH2_METHOD_HOSTKEY);
        for (const std::string& type : offer.host_key_algorithms) {
            for (const std::string_view name : system::split(ours, ',')) {
                if (name == type) return {};
            }
        }
        return "no matching host key type: the server offers " +
               system::printable(system::join(offer.host_key_algorithms, ",")) +
               ", and what can be verified here is " + ours;
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

bool exchange_keys(LibrarySession& session, const Order& order,
                   const std::string& host_key_algorithms, Deadline deadline) {
    return Exchange(session, order, host_key_algorithms, deadline).run();
}

}  // namespace hfssh::native

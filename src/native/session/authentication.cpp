#include <chrono>
#include <memory>
#include <optional>

#include "credential.hpp"
#include "hfssh/identity/key_file.hpp"
#include "hfssh/system/files.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/trace.hpp"
#include "passphrase.hpp"

namespace hfssh::native {
namespace {

using identity::Secret;
using transport::Order;

constexpr int prompts = 3;  // NumberOfPasswordPrompts of ssh_config(5)
constexpr auto patience = std::chrono::seconds(60);
constexpr std::size_t largest_key_file = std::size_t{64} << 10;

struct AgentDeleter {
    void operator()(LIBSSH2_AGENT* agent) const {
        ::libssh2_agent_disconnect(agent);
        ::libssh2_agent_free(agent);
    }
};

class Login {
  public:
    Login(LibrarySession& session, const Order& order, const Credential& credential)
        : session_(session), order_(order), credential_(credential) {}

    Authenticated by_agent() {
        const std::unique_ptr<LIBSSH2_AGENT, AgentDeleter> agent(
            ::libssh2_agent_init(session_.get()));
        if (!agent) return Authenticated::denied;
        ::libssh2_agent_set_identity_path(agent.get(), order_.agent_socket.c_str());
        if (::libssh2_agent_connect(agent.get()) != 0 ||
            ::libssh2_agent_list_identities(agent.get()) != 0) {
            return no_agent();
        }
        libssh2_agent_publickey* identity = nullptr;
        while (::libssh2_agent_get_identity(agent.get(), &identity, identity) == 0) {
            const std::string_view blob(reinterpret_cast<const char*>(identity->blob),
                                        identity->blob_len);
            if (blob == credential_.key->blob) return sign_with(agent.get(), identity);
        }
        return no_agent();
    }

    Authenticated by_file() {
        auto read = system::read_file(credential_.path, largest_key_file);
        auto* text = std::get_if<std::string>(&read);
        if (text == nullptr) {
            system::say("cannot read the key " + name_of(credential_));
            return Authenticated::denied;
        }
        const Secret key(std::move(*text));
        return credential_.encrypted ? with_passphrase(key) : without_passphrase(key);
    }

  private:
    Authenticated no_agent() {
        system::say("the ssh-agent no longer answers for the key " + name_of(credential_));
        return Authenticated::denied;
    }

    int ask_agent(LIBSSH2_AGENT* agent, libssh2_agent_publickey* identity) {
        const auto ask = [&] {
            return ::libssh2_agent_userauth(agent, order_.user.c_str(), identity);
        };
        const std::size_t before = session_.packets_sent();
        const int result = run(ask);
        // The first packet asks whether the key would do, the second has the signature. The agent
        // may have taken as long as a user does; now the server has its time.
        constexpr std::size_t with_signature = 2;
        const bool signed_late =
            result == LIBSSH2_ERROR_TIMEOUT && session_.packets_sent() - before >= with_signature;
        return signed_late ? run(ask) : result;
    }

    Authenticated sign_with(LIBSSH2_AGENT* agent, libssh2_agent_publickey* identity) {
        const int result = ask_agent(agent, identity);
        // The library has one code for this and for what the server does; the words differ.
        if (result == LIBSSH2_ERROR_PUBLICKEY_UNVERIFIED &&
            session_.last_error() == "Callback returned error") {
            system::say("the ssh-agent refused to sign with " + name_of(credential_));
        }
        return outcome_of(result);
    }

    [[nodiscard]] Authenticated outcome_of(int result) const {
        switch (result) {
            case 0:
                return Authenticated::yes;
            case LIBSSH2_ERROR_AUTHENTICATION_FAILED:
            case LIBSSH2_ERROR_AGENT_PROTOCOL:
                return Authenticated::denied;
            case LIBSSH2_ERROR_PUBLICKEY_UNVERIFIED:
                // Also if no answer came.
                return session_.hung_up() || session_.said_goodbye() ? Authenticated::disconnected
                                                                     : Authenticated::denied;
            default:
                return Authenticated::disconnected;
        }
    }

    Authenticated without_passphrase(const Secret& key) {
        const auto outcome = try_key(key, nullptr);
        if (outcome) return *outcome;
        system::say("libssh2 cannot use the key " + name_of(credential_) + ": " +
                    session_.last_error());
        return Authenticated::denied;
    }

    // None if the key could not be read with that passphrase. The library has several errors for
    // that; what they have in common is that nothing was said to the server.
    std::optional<Authenticated> try_key(const Secret& key, const char* passphrase) {
        const std::size_t before = session_.packets_sent();
        const int result = run([&] {
            return ::libssh2_userauth_publickey_frommemory(
                session_.get(), order_.user.c_str(), order_.user.size(), nullptr, 0,
                key.view().data(), key.view().size(), passphrase);
        });
        if (result != 0 && session_.packets_sent() == before && !session_.hung_up())
            return std::nullopt;
        return outcome_of(result);
    }

    // As ssh(1): the second and later questions say that the answer was wrong.
    Authenticated with_passphrase(const Secret& key) {
        if (order_.batch_mode) {
            system::say("the key " + name_of(credential_) +
                        " has a passphrase, and BatchMode forbids asking for it");
            return Authenticated::denied;
        }
        for (int i = 0; i < prompts; ++i) {
            const auto answer = ask_passphrase(
                (i == 0 ? "Enter passphrase for key '" : "Bad passphrase, try again for key '") +
                name_of(credential_) + "': ");
            if (const auto* none = std::get_if<NoPassphrase>(&answer)) {
                if (*none == NoPassphrase::nobody_to_ask) explain_nobody();
                break;
            }
            const auto outcome = try_key(key, std::get<Passphrase>(answer).c_str());
            if (outcome) return *outcome;
        }
        return Authenticated::denied;
    }

    void explain_nobody() {
        system::say("the key " + name_of(credential_) +
                    " has a passphrase, and there is neither a terminal nor an SSH_ASKPASS to ask "
                    "for it");
    }

    int run(const std::function<int()>& call) {
        return session_.run(call, std::chrono::steady_clock::now() + patience, {});
    }

    LibrarySession& session_;
    const Order& order_;
    const Credential& credential_;
};

}  // namespace

Authenticated authenticate(LibrarySession& session, const Order& order,
                           const Credential& credential) {
#ifdef LIBSSH2_METHOD_SIGN_ALGO
    (void)session.allow(LIBSSH2_METHOD_SIGN_ALGO, "rsa-sha2-512,rsa-sha2-256");
#endif
    system::trace("offering " + name_of(credential) +
                  (credential.in_agent ? ", the agent signs" : ""));
    Login login(session, order, credential);
    return credential.in_agent ? login.by_agent() : login.by_file();
}

}  // namespace hfssh::native

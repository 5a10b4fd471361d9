#include "rsa_exchange.hpp"

#include <nettle/curve25519.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "clear_channel.hpp"
#include "hfssh/identity/wire.hpp"
#include "hfssh/system/encode.hpp"
#include "rsa_signature.hpp"

namespace hfssh::native {
namespace {

using identity::wire_string;
using identity::WireReader;

constexpr std::string_view key_exchanges = "curve25519-sha256,curve25519-sha256@libssh.org";
constexpr std::array<std::string_view, 2> signatures = {"rsa-sha2-512", "rsa-sha2-256"};
// Nothing is ever encrypted; but a server stops where it finds nothing in common.
constexpr std::string_view ciphers =
    "chacha20-poly1305@openssh.com,aes256-gcm@openssh.com,aes128-gcm@openssh.com,aes256-ctr,"
    "aes192-ctr,aes128-ctr";
constexpr std::string_view macs =
    "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha2-256,hmac-sha2-512";

constexpr std::size_t point = CURVE25519_SIZE;

bool offers(const std::vector<std::string>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

const std::uint8_t* octets(std::string_view bytes) {
    return reinterpret_cast<const std::uint8_t*>(bytes.data());
}

bool fill_with_random(std::string& bytes) {
    return ::getentropy(bytes.data(), bytes.size()) == 0;
}

// RFC 4253 section 7.1.
std::string own_kexinit(std::string_view cookie) {
    std::string payload(1, static_cast<char>(message::kexinit));
    payload += cookie;
    payload += wire_string(key_exchanges);
    payload += wire_string(std::string(signatures[0]) + "," + std::string(signatures[1]));
    for (const std::string_view list : {ciphers, ciphers, macs, macs})
        payload += wire_string(list);
    for (const std::string_view list : {"none", "none", "", ""})
        payload += wire_string(list);
    return payload + std::string(1 + 4, '\0');
}

// What both sides know of the exchange so far (RFC 5656 section 4, "exchange hash").
struct Transcript {
    const ServerOffer& offer;
    std::string own_kexinit;
    std::string own_public;

    [[nodiscard]] std::string hash(const KexReply& reply, std::string_view shared) const {
        std::string text;
        for (const std::string_view part :
             {own_version(), std::string_view(offer.version), std::string_view(own_kexinit),
              std::string_view(offer.kexinit), reply.host_key, std::string_view(own_public),
              reply.server_public}) {
            text += wire_string(part);
        }
        return system::sha256(text + identity::wire_integer(shared));
    }
};

// The shared secret; empty where the server's half is no such thing (RFC 8731 section 3).
std::string share(const std::string& secret, std::string_view server_public) {
    if (server_public.size() != point) return {};
    std::string shared(point, '\0');
    nettle_curve25519_mul(reinterpret_cast<std::uint8_t*>(shared.data()), octets(secret),
                          octets(server_public));
    return shared == std::string(point, '\0') ? std::string() : shared;
}

RsaExchange judge(const Transcript& transcript, const std::string& secret,
                  std::string_view algorithm, std::string_view payload) {
    const auto reply = read_kex_reply(payload);
    if (!reply) return {{}, false, "the server's answer is damaged"};
    RsaExchange result{std::string(reply->host_key), false, {}};
    const std::string shared = share(secret, reply->server_public);
    result.proven =
        !shared.empty() && is_rsa_signature(algorithm, reply->host_key,
                                            transcript.hash(*reply, shared), reply->signature);
    if (!result.proven) result.problem = "the server did not prove that it has this key";
    return result;
}

}  // namespace

RsaExchange ask_for_rsa_key(Stream& stream, Deadline deadline, const GiveUp& give_up) {
    ClearChannel channel(stream, deadline, give_up);
    ServerOffer offer;
    if (auto problem = channel.greet(offer); !problem.empty()) return {{}, false, problem};
    const auto* const algorithm =
        std::find_if(signatures.begin(), signatures.end(),
                     [&](auto name) { return offers(offer.host_key_algorithms, name); });
    const bool agreed = offers(offer.key_exchanges, "curve25519-sha256") ||
                        offers(offer.key_exchanges, "curve25519-sha256@libssh.org");
    if (algorithm == signatures.end() || !agreed) {
        return {{}, false, "no key exchange in common with the server"};
    }
    std::string cookie(16, '\0');
    std::string secret(point, '\0');
    if (!fill_with_random(cookie) || !fill_with_random(secret)) {
        return {{}, false, "the system gives no random numbers"};
    }
    Transcript transcript{offer, own_kexinit(cookie), std::string(point, '\0')};
    nettle_curve25519_mul_g(reinterpret_cast<std::uint8_t*>(transcript.own_public.data()),
                            octets(secret));
    const std::string init = std::string(1, static_cast<char>(message::kex_ecdh_init)) +
                             wire_string(transcript.own_public);
    std::string payload;
    for (const std::string& packet :
         {write_clear_packet(transcript.own_kexinit), write_clear_packet(init)}) {
        if (auto problem = channel.send(packet); !problem.empty()) return {{}, false, problem};
    }
    if (auto problem = channel.receive(message::kex_ecdh_reply, payload); !problem.empty()) {
        return {{}, false, problem};
    }
    return judge(transcript, secret, *algorithm, payload);
}

}  // namespace hfssh::native

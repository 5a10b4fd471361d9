#include "rsa_signature.hpp"

#include <nettle/bignum.h>
#include <nettle/rsa.h>
#include <nettle/sha2.h>

#include <array>
#include <string>

#include "clear_packet.hpp"
#include "hfssh/identity/wire.hpp"
#include "hfssh/system/encode.hpp"

namespace hfssh::native {
namespace {

using identity::WireReader;

const std::uint8_t* octets(std::string_view bytes) {
    return reinterpret_cast<const std::uint8_t*>(bytes.data());
}

// Owns what gmp has allocated.
struct RsaKey {
    rsa_public_key key;
    RsaKey() { nettle_rsa_public_key_init(&key); }
    ~RsaKey() { nettle_rsa_public_key_clear(&key); }
    RsaKey(const RsaKey&) = delete;
    RsaKey& operator=(const RsaKey&) = delete;
};
struct Number {
    mpz_t value;
    explicit Number(std::string_view digits) {
        nettle_mpz_init_set_str_256_u(value, digits.size(), octets(digits));
    }
    ~Number() { mpz_clear(value); }
    Number(const Number&) = delete;
    Number& operator=(const Number&) = delete;
};

bool read_rsa_key(std::string_view blob, RsaKey& rsa) {
    constexpr std::size_t longest_modulus = 16384 / 8;
    constexpr std::size_t longest_exponent = 8;
    WireReader reader(blob);
    const std::string_view type = reader.string();
    const std::string_view exponent = reader.positive_integer();
    const std::string_view modulus = reader.positive_integer();
    if (!reader.finished() || type != "ssh-rsa" || modulus.size() > longest_modulus ||
        exponent.size() > longest_exponent) {
        return false;
    }
    nettle_mpz_set_str_256_u(rsa.key.e, exponent.size(), octets(exponent));
    nettle_mpz_set_str_256_u(rsa.key.n, modulus.size(), octets(modulus));
    return nettle_rsa_public_key_prepare(&rsa.key) == 1;
}

std::array<std::uint8_t, SHA512_DIGEST_SIZE> sha512(std::string_view data) {
    sha512_ctx context;
    nettle_sha512_init(&context);
    nettle_sha512_update(&context, data.size(), octets(data));
    std::array<std::uint8_t, SHA512_DIGEST_SIZE> digest = {};
    nettle_sha512_digest(&context, digest.size(), digest.data());
    return digest;
}

}  // namespace

std::optional<KexReply> read_kex_reply(std::string_view payload) {
    WireReader reader(payload);
    if (reader.byte() != message::kex_ecdh_reply) return std::nullopt;
    KexReply reply;
    reply.host_key = reader.string();
    reply.server_public = reader.string();
    reply.signature = reader.string();
    if (!reader.finished()) return std::nullopt;
    return reply;
}

bool is_rsa_signature(std::string_view algorithm, std::string_view host_key, std::string_view data,
                      std::string_view signature) {
    WireReader reader(signature);
    const std::string_view made_with = reader.string();
    const std::string_view digits = reader.string();
    RsaKey rsa;
    if (!reader.finished() || made_with != algorithm || !read_rsa_key(host_key, rsa)) return false;
    // RFC 8332 section 3: as long as the modulus; some servers leave leading zeros out.
    if (digits.empty() || digits.size() > rsa.key.size) return false;
    const Number number(digits);
    if (algorithm == "rsa-sha2-512") {
        return nettle_rsa_sha512_verify_digest(&rsa.key, sha512(data).data(), number.value) == 1;
    }
    if (algorithm != "rsa-sha2-256") return false;
    const std::string digest = system::sha256(data);
    return nettle_rsa_sha256_verify_digest(&rsa.key, octets(digest), number.value) == 1;
}

}  // namespace hfssh::native

#pragma once

#include <nettle/aes.h>
#include <nettle/ctr.h>
#include <nettle/hmac.h>
#include <openssl/evp.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "hfssh/hub/wire.hpp"
#include "hfssh/system/encode.hpp"

// A server as small as RFC 4253 allows, for what sshd(8) never does. One host key (RFC 8709), one
// method of everything: curve25519-sha256 (RFC 8731), aes128-ctr (RFC 4344), hmac-sha2-256
// (RFC 6668).
namespace hfssh::test {

constexpr std::size_t curve_size = 32;

struct KeyDeleter {
    void operator()(EVP_PKEY* key) const { ::EVP_PKEY_free(key); }
    void operator()(EVP_PKEY_CTX* context) const { ::EVP_PKEY_CTX_free(context); }
    void operator()(EVP_MD_CTX* context) const { ::EVP_MD_CTX_free(context); }
};
using Key = std::unique_ptr<EVP_PKEY, KeyDeleter>;

inline std::uint8_t* bytes(std::string& text) {
    return reinterpret_cast<std::uint8_t*>(text.data());
}
inline const std::uint8_t* bytes(std::string_view text) {
    return reinterpret_cast<const std::uint8_t*>(text.data());
}

inline Key key_of(int type, const std::string& secret) {
    return Key(::EVP_PKEY_new_raw_private_key(type, nullptr, bytes(std::string_view(secret)),
                                              secret.size()));
}
inline std::string public_half(const Key& key) {
    std::string text(curve_size, '\0');
    std::size_t size = text.size();
    ::EVP_PKEY_get_raw_public_key(key.get(), bytes(text), &size);
    return text;
}
inline std::string shared_secret(const Key& own, std::string_view theirs) {
    const Key other(
        ::EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nullptr, bytes(theirs), theirs.size()));
    const std::unique_ptr<EVP_PKEY_CTX, KeyDeleter> context(::EVP_PKEY_CTX_new(own.get(), nullptr));
    std::string text(curve_size, '\0');
    std::size_t size = text.size();
    if (::EVP_PKEY_derive_init(context.get()) != 1 ||
        ::EVP_PKEY_derive_set_peer(context.get(), other.get()) != 1 ||
        ::EVP_PKEY_derive(context.get(), bytes(text), &size) != 1) {
        throw std::runtime_error("no shared secret");
    }
    return text;
}

struct HostKey {
    explicit HostKey(char seed) : secret(key_of(EVP_PKEY_ED25519, std::string(curve_size, seed))) {}
    [[nodiscard]] std::string blob() const {
        return hub::wire_string("ssh-ed25519") + hub::wire_string(public_half(secret));
    }
    [[nodiscard]] std::string signature(std::string_view text) const {
        const std::unique_ptr<EVP_MD_CTX, KeyDeleter> context(::EVP_MD_CTX_new());
        std::string raw(2 * curve_size, '\0');
        std::size_t size = raw.size();
        ::EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, secret.get());
        ::EVP_DigestSign(context.get(), bytes(raw), &size, bytes(text), text.size());
        return hub::wire_string("ssh-ed25519") + hub::wire_string(raw);
    }

    Key secret;
};

// Messages of RFC 4253 section 12 and RFC 5656 section 7.1.
constexpr char kexinit = 20;
constexpr char kex_ecdh_reply = 31;

// PAYLOAD as a packet of RFC 4253 section 6 before any key is in force.
inline std::string clear_packet(std::string_view payload) {
    constexpr std::size_t block = 8;
    std::size_t padding = block - (payload.size() + 5) % block;
    if (padding < 4) padding += block;
    std::string packet = hub::wire_uint32(static_cast<std::uint32_t>(payload.size() + padding + 1));
    packet += static_cast<char>(padding);
    return packet.append(payload).append(padding, '\0');
}

// One direction, once keys are in force (RFC 4253 section 6).
class SealedDirection {
  public:
    SealedDirection(const std::string& key, std::string counter, std::string mac_key,
                    std::uint32_t sequence)
        : counter_(std::move(counter)), mac_key_(std::move(mac_key)), sequence_(sequence) {
        ::aes128_set_encrypt_key(&cipher_, bytes(std::string_view(key)));
    }

    [[nodiscard]] std::string seal(std::string_view payload) {
        std::size_t padding = AES_BLOCK_SIZE - (payload.size() + 5) % AES_BLOCK_SIZE;
        if (padding < 4) padding += AES_BLOCK_SIZE;
        std::string packet =
            hub::wire_uint32(static_cast<std::uint32_t>(payload.size() + padding + 1));
        packet += static_cast<char>(padding);
        packet.append(payload).append(padding, '\0');
        const std::string mac = authenticate(packet);
        return crypt(std::move(packet)) + mac;
    }

    // Encrypts or decrypts the bytes that come next.
    [[nodiscard]] std::string crypt(std::string text) {
        ::ctr_crypt(&cipher_, reinterpret_cast<nettle_cipher_func*>(&::aes128_encrypt),
                    AES_BLOCK_SIZE, bytes(counter_), text.size(), bytes(text), bytes(text));
        return text;
    }

    [[nodiscard]] std::string authenticate(std::string_view packet) {
        hmac_sha256_ctx context = {};
        ::hmac_sha256_set_key(&context, mac_key_.size(), bytes(std::string_view(mac_key_)));
        const std::string number = hub::wire_uint32(sequence_++);
        ::hmac_sha256_update(&context, number.size(), bytes(std::string_view(number)));
        ::hmac_sha256_update(&context, packet.size(), bytes(packet));
        std::string mac(SHA256_DIGEST_SIZE, '\0');
        ::hmac_sha256_digest(&context, mac.size(), bytes(mac));
        return mac;
    }

  private:
    aes128_ctx cipher_ = {};
    std::string counter_;
    std::string mac_key_;
    std::uint32_t sequence_;
};

class SshServer {
  public:
    // Over SOCKET, which stays the caller's.
    SshServer(int socket, const HostKey& key) : socket_(socket), key_(key) {}

    [[nodiscard]] static std::string offer() {
        std::string text(1, kexinit);
        text.append(16, 'c');
        for (const char* names : {"curve25519-sha256", "ssh-ed25519", "aes128-ctr", "aes128-ctr",
                                  "hmac-sha2-256", "hmac-sha2-256", "none", "none", "", ""}) {
            text += hub::wire_string(names);
        }
        return text.append(5, '\0');
    }
    [[nodiscard]] static std::string reply(const std::string& host_key, const std::string& point,
                                           const std::string& signature) {
        return std::string(1, kex_ecdh_reply) + hub::wire_string(host_key) +
               hub::wire_string(point) + hub::wire_string(signature);
    }

    // The versions, the key exchange, and NEWKEYS of both sides.
    void exchange() {
        const std::string version = "SSH-2.0-small";
        send(version + "\r\n" + clear_packet(offer()));
        const std::string theirs = receive_line();
        const std::string their_offer = receive_clear();
        const std::string their_init = receive_clear();
        const std::string their_point(hub::WireReader(their_init.substr(1)).string());
        const Key secret = key_of(EVP_PKEY_X25519, std::string(curve_size, 's'));
        const std::string point = public_half(secret);
        const std::string common = hub::wire_integer(shared_secret(secret, their_point));
        std::string all;
        for (const std::string& part :
             {theirs, version, their_offer, offer(), key_.blob(), their_point, point}) {
            all += hub::wire_string(part);
        }
        const std::string hash = system::sha256(all + common);
        send(clear_packet(reply(key_.blob(), point, key_.signature(hash))) + clear_packet("\x15"));
        if (receive_clear() != "\x15") throw std::runtime_error("no NEWKEYS");
        const auto derive = [&](char letter, std::size_t size) {
            return system::sha256(common + hash + letter + hash).substr(0, size);
        };
        constexpr std::uint32_t sent_in_clear = 3;
        from_ = SealedDirection(derive('C', AES128_KEY_SIZE), derive('A', AES_BLOCK_SIZE),
                                derive('E', SHA256_DIGEST_SIZE), sent_in_clear);
        to_ = SealedDirection(derive('D', AES128_KEY_SIZE), derive('B', AES_BLOCK_SIZE),
                              derive('F', SHA256_DIGEST_SIZE), sent_in_clear);
    }

    [[nodiscard]] std::string seal(std::string_view payload) { return to_.seal(payload); }

    // The payload of the next sealed packet; empty where the client has gone, or is silent.
    [[nodiscard]] std::string receive() {
        if (!fill(AES_BLOCK_SIZE)) return {};
        std::string packet = from_.crypt(take(AES_BLOCK_SIZE));
        const std::size_t length = hub::WireReader(packet).uint32();
        const std::size_t rest = length + 4 - AES_BLOCK_SIZE;
        if (!fill(rest + SHA256_DIGEST_SIZE)) return {};
        packet += from_.crypt(take(rest));
        if (take(SHA256_DIGEST_SIZE) != from_.authenticate(packet)) {
            throw std::runtime_error("a packet that is not the client's");
        }
        return packet.substr(5, length - static_cast<std::uint8_t>(packet[4]) - 1);
    }

    void send(std::string_view text) const {
        while (!text.empty()) {
            const auto count = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
            if (count <= 0) throw std::runtime_error("the client has gone");
            text.remove_prefix(static_cast<std::size_t>(count));
        }
    }

  private:
    bool fill(std::size_t size) {
        while (received_.size() < size) {
            pollfd watched = {socket_, POLLIN, 0};
            constexpr int patience = 5000;
            std::array<char, 4096> buffer = {};
            if (::poll(&watched, 1, patience) != 1) return false;
            const auto count = ::recv(socket_, buffer.data(), buffer.size(), 0);
            if (count <= 0) return false;
            received_.append(buffer.data(), static_cast<std::size_t>(count));
        }
        return true;
    }
    std::string take(std::size_t size) {
        std::string text = received_.substr(0, size);
        received_.erase(0, size);
        return text;
    }
    std::string receive_line() {
        while (received_.find('\n') == std::string::npos) {
            if (!fill(received_.size() + 1)) throw std::runtime_error("no version");
        }
        const std::string line = take(received_.find('\n') + 1);
        return line.substr(0, line.find_first_of("\r\n"));
    }
    std::string receive_clear() {
        constexpr std::size_t before = 5;  // the packet's length and the padding's
        if (!fill(before)) throw std::runtime_error("no packet");
        const std::size_t length = hub::WireReader(received_).uint32();
        const auto padding = static_cast<std::uint8_t>(received_[4]);
        if (length < padding + 2U || !fill(length + 4)) throw std::runtime_error("no packet");
        return take(length + 4).substr(before, length - padding - 1);
    }

    int socket_;
    const HostKey& key_;
    std::string received_;
    SealedDirection from_{std::string(AES128_KEY_SIZE, '\0'), {}, {}, 0};
    SealedDirection to_{std::string(AES128_KEY_SIZE, '\0'), {}, {}, 0};
};

}  // namespace hfssh::test

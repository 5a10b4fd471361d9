#include "hfssh/system/hmac.hpp"

#include <nettle/hmac.h>

namespace hfssh::system {
namespace {

const uint8_t* bytes_of(std::string_view text) {
    return reinterpret_cast<const uint8_t*>(text.data());
}

}  // namespace

std::string hmac_sha1(std::string_view key, std::string_view text) {
    std::string digest(SHA1_DIGEST_SIZE, '\0');
    hmac_sha1_ctx context;
    hmac_sha1_set_key(&context, key.size(), bytes_of(key));
    hmac_sha1_update(&context, text.size(), bytes_of(text));
    hmac_sha1_digest(&context, digest.size(), reinterpret_cast<uint8_t*>(digest.data()));
    return digest;
}

}  // namespace hfssh::system

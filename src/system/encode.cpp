#include "hfssh/system/encode.hpp"

#include <nettle/base64.h>
#include <nettle/sha2.h>

namespace hfssh::system {
namespace {

const uint8_t* bytes_of(std::string_view text) {
    return reinterpret_cast<const uint8_t*>(text.data());
}

uint8_t* bytes_of(std::string& text) {
    return reinterpret_cast<uint8_t*>(text.data());
}

}  // namespace

std::string base64_encode(std::string_view bytes) {
    std::string text(BASE64_ENCODE_RAW_LENGTH(bytes.size()), '\0');
    base64_encode_raw(text.data(), bytes.size(), bytes_of(bytes));
    return text;
}

std::optional<std::string> base64_decode(std::string_view text) {
    std::string bytes(BASE64_DECODE_LENGTH(text.size()), '\0');
    base64_decode_ctx context;
    base64_decode_init(&context);
    std::size_t length = bytes.size();
    if (!base64_decode_update(&context, &length, bytes_of(bytes), text.size(), text.data()) ||
        !base64_decode_final(&context)) {
        return std::nullopt;
    }
    bytes.resize(length);
    // nettle skips white space: only what encodes back to the same text is canonical.
    if (base64_encode(bytes) != text) return std::nullopt;
    return bytes;
}

std::string sha256(std::string_view bytes) {
    std::string digest(SHA256_DIGEST_SIZE, '\0');
    sha256_ctx context;
    sha256_init(&context);
    sha256_update(&context, bytes.size(), bytes_of(bytes));
    sha256_digest(&context, digest.size(), bytes_of(digest));
    return digest;
}

std::string hexadecimal(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        text += digits[byte >> 4U];
        text += digits[byte & 15U];
    }
    return text;
}

std::string fingerprint(std::string_view public_key_blob) {
    std::string text = base64_encode(sha256(public_key_blob));
    text.erase(text.find_last_not_of('=') + 1);
    return "SHA256:" + text;
}

}  // namespace hfssh::system

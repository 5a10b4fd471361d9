#include "hfssh/hub/wire.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace hfssh::hub {

namespace {

bool has_top_bit(char c) {
    return (static_cast<unsigned char>(c) & 0x80U) != 0;
}

}  // namespace

std::string_view WireReader::take(std::size_t length) {
    if (!good_ || length > rest_.size()) {
        good_ = false;
        return {};
    }
    const std::string_view taken = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return taken;
}

std::uint64_t WireReader::number(std::size_t length) {
    std::uint64_t value = 0;
    for (const char c : take(length))
        value = (value << 8U) | static_cast<unsigned char>(c);
    return value;
}

std::uint8_t WireReader::byte() {
    return static_cast<std::uint8_t>(number(1));
}

std::uint32_t WireReader::uint32() {
    return static_cast<std::uint32_t>(number(4));
}

std::uint64_t WireReader::uint64() {
    return number(8);
}

std::string_view WireReader::string() {
    return take(uint32());
}

std::string_view WireReader::positive_integer() {
    std::string_view digits = string();
    const bool signed_byte = digits.size() > 1 && digits[0] == '\0' && has_top_bit(digits[1]);
    if (signed_byte) digits.remove_prefix(1);
    if (digits.empty() || digits[0] == '\0' || (!signed_byte && has_top_bit(digits[0]))) {
        good_ = false;
        return {};
    }
    return digits;
}

std::string wire_uint32(std::uint32_t value) {
    std::string bytes(4, '\0');
    for (std::size_t i = 0; i < 4; ++i)
        bytes[i] = static_cast<char>(value >> (24U - 8U * i));
    return bytes;
}

std::string wire_string(std::string_view text) {
    return wire_uint32(static_cast<std::uint32_t>(text.size())).append(text);
}

std::string wire_integer(std::string_view magnitude) {
    while (!magnitude.empty() && magnitude[0] == '\0')
        magnitude.remove_prefix(1);
    std::string digits(magnitude);
    if (!digits.empty() && has_top_bit(digits[0])) digits.insert(digits.begin(), '\0');
    return wire_string(digits);
}

namespace {

using std::string_view_literals::operator""sv;

struct KeyType {
    std::string_view name;         // of the plain key
    std::string_view certificate;  // of its certificate
    Algorithm algorithm;
    std::string_view curve;  // ECDSA only
    int bits;                // 0: the length of the modulus
};

constexpr std::array key_types = {
    KeyType{"ssh-ed25519"sv, "ssh-ed25519-cert-v01@openssh.com"sv, Algorithm::ed25519, ""sv, 256},
    KeyType{"ecdsa-sha2-nistp256"sv, "ecdsa-sha2-nistp256-cert-v01@openssh.com"sv, Algorithm::ecdsa,
            "nistp256"sv, 256},
    KeyType{"ecdsa-sha2-nistp384"sv, "ecdsa-sha2-nistp384-cert-v01@openssh.com"sv, Algorithm::ecdsa,
            "nistp384"sv, 384},
    KeyType{"ecdsa-sha2-nistp521"sv, "ecdsa-sha2-nistp521-cert-v01@openssh.com"sv, Algorithm::ecdsa,
            "nistp521"sv, 521},
    KeyType{"ssh-rsa"sv, "ssh-rsa-cert-v01@openssh.com"sv, Algorithm::rsa, ""sv, 0},
    KeyType{"sk-ssh-ed25519@openssh.com"sv, "sk-ssh-ed25519-cert-v01@openssh.com"sv,
            Algorithm::ed25519_sk, ""sv, 256},
    KeyType{"sk-ecdsa-sha2-nistp256@openssh.com"sv, "sk-ecdsa-sha2-nistp256-cert-v01@openssh.com"sv,
            Algorithm::ecdsa_sk, "nistp256"sv, 256},
    KeyType{"ssh-dss"sv, "ssh-dss-cert-v01@openssh.com"sv, Algorithm::dsa, ""sv, 0},
};

constexpr std::size_t largest_integer = 16384 / 8;  // OpenSSH's own limit
constexpr std::uint32_t user_certificate = 1;
constexpr std::size_t longest_type = 64;

int bit_length(std::string_view magnitude) {
    const auto first = static_cast<unsigned char>(magnitude[0]);
    return static_cast<int>(magnitude.size() - 1) * 8 + std::bit_width(first);
}

// Appends the next integer to PLAIN; its bits, 0 if it is not one.
int read_integer(WireReader& reader, std::string& plain) {
    const std::string_view magnitude = reader.positive_integer();
    if (!reader.good() || magnitude.size() > largest_integer) return 0;
    plain += wire_integer(magnitude);
    return bit_length(magnitude);
}

bool read_string(WireReader& reader, std::string& plain, std::size_t length) {
    const std::string_view text = reader.string();
    plain += wire_string(text);
    return reader.good() && text.size() == length;
}

bool read_curve_point(WireReader& reader, const KeyType& type, std::string& plain) {
    const std::string_view curve = reader.string();
    const std::string_view point = reader.string();
    plain += wire_string(curve);
    plain += wire_string(point);
    const std::size_t coordinate = (static_cast<std::size_t>(type.bits) + 7) / 8;
    return reader.good() && curve == type.curve && point.size() == 1 + 2 * coordinate &&
           point[0] == '\x04';
}

// "ssh:" or "ssh:something"; PROTOCOL.u2f leaves it free.
bool read_application(WireReader& reader, std::string& plain) {
    plain += wire_string(reader.string());
    return reader.good();
}

// The fields that a key and its certificate share; PLAIN becomes the plain key's blob. The number
// of bits, 0 if they are wrong.
int read_fields(WireReader& reader, const KeyType& type, std::string& plain) {
    plain = wire_string(type.name);
    switch (type.algorithm) {
        case Algorithm::ed25519:
            return read_string(reader, plain, 32) ? type.bits : 0;
        case Algorithm::ed25519_sk:
            return read_string(reader, plain, 32) && read_application(reader, plain) ? type.bits
                                                                                     : 0;
        case Algorithm::ecdsa:
            return read_curve_point(reader, type, plain) ? type.bits : 0;
        case Algorithm::ecdsa_sk:
            return read_curve_point(reader, type, plain) && read_application(reader, plain)
                       ? type.bits
                       : 0;
        case Algorithm::rsa:
            return read_integer(reader, plain) > 0 ? read_integer(reader, plain) : 0;
        case Algorithm::dsa: {
            const int bits = read_integer(reader, plain);
            for (int i = 0; i < 3; ++i) {
                if (read_integer(reader, plain) == 0) return 0;
            }
            return bits;
        }
        case Algorithm::other:
            break;
    }
    return 0;
}

// PROTOCOL.certkeys: serial, type, key id, principals, validity, options, extensions, reserved,
// the authority's key and its signature.
bool read_certificate_tail(WireReader& reader) {
    (void)reader.uint64();
    const std::uint32_t kind = reader.uint32();
    (void)reader.string();
    (void)reader.string();
    (void)reader.uint64();
    (void)reader.uint64();
    for (int i = 0; i < 5; ++i)
        (void)reader.string();
    return reader.good() && kind == user_certificate;
}

// A type's name as OpenSSH writes them: no blank, no comma, nothing a terminal could act on.
bool is_type_name(std::string_view name) {
    const auto fits = [](char c) { return c > ' ' && c <= '~' && c != ','; };
    return !name.empty() && name.size() <= longest_type && std::ranges::all_of(name, fits);
}

// The form of every blob, whatever its type: a name, then strings.
std::optional<KeyBlob> read_unknown(std::string_view name, WireReader reader) {
    if (!is_type_name(name) || name.find("-cert-") != std::string_view::npos) return std::nullopt;
    if (reader.finished()) return std::nullopt;
    while (reader.good() && !reader.finished()) {
        if (reader.string().empty()) return std::nullopt;
    }
    if (!reader.good()) return std::nullopt;
    return KeyBlob{Algorithm::other, std::string(name), 0, {}};
}

}  // namespace

std::optional<KeyBlob> read_key_blob(std::string_view blob) {
    WireReader reader(blob);
    const std::string_view name = reader.string();
    for (const KeyType& type : key_types) {
        const bool certificate = name == type.certificate;
        if (!certificate && name != type.name) continue;
        if (certificate) (void)reader.string();  // the nonce
        std::string plain;
        const int bits = read_fields(reader, type, plain);
        if (bits == 0 || (certificate && !read_certificate_tail(reader))) return std::nullopt;
        if (!reader.finished()) return std::nullopt;
        return KeyBlob{type.algorithm, std::string(name), bits,
                       certificate ? std::move(plain) : std::string()};
    }
    return read_unknown(name, reader);
}

std::string_view algorithm_name(Algorithm algorithm) {
    switch (algorithm) {
        case Algorithm::ed25519:
            return "ED25519";
        case Algorithm::ecdsa:
            return "ECDSA";
        case Algorithm::rsa:
            return "RSA";
        case Algorithm::ed25519_sk:
            return "ED25519-SK";
        case Algorithm::ecdsa_sk:
            return "ECDSA-SK";
        case Algorithm::dsa:
            return "DSA";
        case Algorithm::other:
            break;
    }
    return "";
}

std::string_view key_type_label(std::string_view type) {
    const auto* const known = std::ranges::find(key_types, type, &KeyType::name);
    return known == key_types.end() ? std::string_view() : algorithm_name(known->algorithm);
}

}  // namespace hfssh::hub

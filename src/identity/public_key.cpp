#include "hfssh/identity/public_key.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

#include "hfssh/identity/wire.hpp"
#include "hfssh/system/encode.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::identity {

namespace {

using std::string_view_literals::operator""sv;

struct KeyType {
    std::string_view name;         // of the plain key
    std::string_view certificate;  // of its certificate
    Algorithm algorithm;
    std::string_view curve;  // ECDSA only
    int bits;                // 0: the modulus says it
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
// of bits, 0 where they are wrong.
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

}  // namespace

std::string PublicKey::fingerprint() const {
    return system::fingerprint(plain());
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
    }
    return "";
}

std::optional<PublicKey> read_public_key(std::string_view blob) {
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
        return PublicKey{type.algorithm, bits, std::string(name), std::string(blob),
                         certificate ? std::move(plain) : std::string()};
    }
    return std::nullopt;
}

std::optional<PublicLine> read_public_line(std::string_view line) {
    line = system::trim(line);
    const std::size_t type_end = line.find_first_of(" \t");
    if (type_end == std::string_view::npos) return std::nullopt;
    const std::string_view type = line.substr(0, type_end);
    const std::string_view rest = system::trim(line.substr(type_end));
    const std::size_t end = std::min(rest.find_first_of(" \t"), rest.size());
    const std::optional<std::string> blob = system::base64_decode(rest.substr(0, end));
    if (!blob) return std::nullopt;
    std::optional<PublicKey> key = read_public_key(*blob);
    if (!key || key->type != type) return std::nullopt;
    return PublicLine{std::move(*key), std::string(system::trim(rest.substr(end)))};
}

std::optional<PublicLine> read_public_file(std::string_view text) {
    for (const std::string_view line : system::lines(text)) {
        if (line.starts_with("-----BEGIN")) break;
        const std::string_view trimmed = system::trim(line);
        if (trimmed.empty() || trimmed[0] == '#') continue;
        if (std::optional<PublicLine> found = read_public_line(trimmed)) return found;
    }
    return std::nullopt;
}

std::string public_file_text(const PublicKey& key, std::string_view comment) {
    WireReader reader(key.plain());
    std::string text(reader.string());
    text.append(" ").append(system::base64_encode(key.plain()));
    if (!comment.empty() && !system::has_control_character(comment)) {
        text.append(" ").append(comment);
    }
    return text.append("\n");
}

}  // namespace hfssh::identity

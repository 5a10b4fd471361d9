#include <array>

#include "hfssh/hub/wire.hpp"
#include "hfssh/identity/key_file.hpp"

// As much of DER (X.690) as a private key's public half takes: definite lengths, low tags.
namespace hfssh::identity {

namespace {

using std::string_view_literals::operator""sv;

constexpr unsigned char integer = 0x02;
constexpr unsigned char bit_string = 0x03;
constexpr unsigned char octet_string = 0x04;
constexpr unsigned char object_identifier = 0x06;
constexpr unsigned char sequence = 0x30;
constexpr unsigned char tagged_0 = 0xa0;
constexpr unsigned char tagged_1 = 0xa1;

constexpr std::string_view rsa_encryption = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"sv;
constexpr std::string_view ec_public_key = "\x2a\x86\x48\xce\x3d\x02\x01"sv;

struct Curve {
    std::string_view oid;
    std::string_view name;
};
constexpr std::array curves = {
    Curve{"\x2a\x86\x48\xce\x3d\x03\x01\x07"sv, "nistp256"sv},
    Curve{"\x2b\x81\x04\x00\x22"sv, "nistp384"sv},
    Curve{"\x2b\x81\x04\x00\x23"sv, "nistp521"sv},
};

class DerReader {
  public:
    explicit DerReader(std::string_view bytes) : rest_(bytes) {}

    // The content of the next element if it has TAG; otherwise nothing is read.
    std::optional<std::string_view> next(unsigned char tag) {
        if (rest_.size() < 2 || static_cast<unsigned char>(rest_[0]) != tag) return std::nullopt;
        std::size_t length = static_cast<unsigned char>(rest_[1]);
        std::size_t head = 2;
        if (length >= 0x80) {
            const std::size_t count = length & 0x7fU;
            if (count == 0 || count > 3 || rest_.size() < head + count) return std::nullopt;
            length = 0;
            for (std::size_t i = 0; i < count; ++i) {
                length = (length << 8U) | static_cast<unsigned char>(rest_[head + i]);
            }
            head += count;
        }
        if (length > rest_.size() - head) return std::nullopt;
        const std::string_view content = rest_.substr(head, length);
        rest_.remove_prefix(head + length);
        return content;
    }

  private:
    std::string_view rest_;
};

std::optional<PublicKey> read_rsa(std::string_view der) {
    DerReader key(der);
    const auto version = key.next(integer);
    const auto modulus = key.next(integer);
    const auto exponent = key.next(integer);
    if (!version || !modulus || !exponent) return std::nullopt;
    return read_public_key(hub::wire_string("ssh-rsa") + hub::wire_integer(*exponent) +
                           hub::wire_integer(*modulus));
}

std::optional<PublicKey> read_dsa(std::string_view der) {
    DerReader key(der);
    std::string blob = hub::wire_string("ssh-dss");
    if (!key.next(integer)) return std::nullopt;
    for (int i = 0; i < 4; ++i) {
        const auto number = key.next(integer);
        if (!number) return std::nullopt;
        blob += hub::wire_integer(*number);
    }
    return read_public_key(blob);
}

// CURVE is the object identifier that PKCS#8 puts outside; SEC1 alone has it inside.
std::optional<PublicKey> read_ec(std::string_view der, std::optional<std::string_view> curve) {
    DerReader key(der);
    if (!key.next(integer) || !key.next(octet_string)) return std::nullopt;
    if (const auto parameters = key.next(tagged_0)) {
        curve = DerReader(*parameters).next(object_identifier);
    }
    const auto wrapped = key.next(tagged_1);
    if (!curve || !wrapped) return std::nullopt;
    const auto bits = DerReader(*wrapped).next(bit_string);
    if (!bits || bits->empty() || bits->front() != '\0') return std::nullopt;
    for (const Curve& known : curves) {
        if (*curve != known.oid) continue;
        return read_public_key(hub::wire_string("ecdsa-sha2-" + std::string(known.name)) +
                               hub::wire_string(known.name) + hub::wire_string(bits->substr(1)));
    }
    return std::nullopt;
}

std::optional<PublicKey> read_pkcs8(std::string_view der) {
    DerReader outer(der);
    const auto version = outer.next(integer);
    const auto algorithm = outer.next(sequence);
    const auto wrapped = outer.next(octet_string);
    if (!version || !algorithm || !wrapped) return std::nullopt;
    DerReader parameters(*algorithm);
    const auto oid = parameters.next(object_identifier);
    const auto inner = DerReader(*wrapped).next(sequence);
    if (!oid || !inner) return std::nullopt;
    if (*oid == rsa_encryption) return read_rsa(*inner);
    if (*oid == ec_public_key) return read_ec(*inner, parameters.next(object_identifier));
    return std::nullopt;
}

}  // namespace

std::optional<PublicKey> read_private_der(std::string_view label, std::string_view der) {
    const auto content = DerReader(der).next(sequence);
    if (!content) return std::nullopt;
    if (label == "RSA") return read_rsa(*content);
    if (label == "DSA") return read_dsa(*content);
    if (label == "EC") return read_ec(*content, std::nullopt);
    return label.empty() ? read_pkcs8(*content) : std::nullopt;
}

}  // namespace hfssh::identity

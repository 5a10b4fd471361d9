#include "hfssh/identity/wire.hpp"

namespace hfssh::identity {

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

}  // namespace hfssh::identity

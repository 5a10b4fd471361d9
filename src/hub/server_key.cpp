#include "hfssh/hub/server_key.hpp"

#include <array>
#include <cstddef>
#include <optional>

#include "hfssh/system/encode.hpp"

namespace hfssh::hub {
namespace {

// What follows the type's name inside the blob.
struct Form {
    std::string_view type;
    std::string_view label;
    std::size_t numbers = 0;       // mpints: RSA e n, DSA p q g y
    std::string_view curve = {};   // ECDSA: its name, then an uncompressed point
    std::size_t octets = 0;        // length of the point, or of the Ed25519 key
    bool has_application = false;  // sk- types: one more string, free
};

// RFC 4253 section 6.6, RFC 5656, RFC 8709, OpenSSH's PROTOCOL.u2f.
constexpr std::array<Form, 8> forms = {{
    {.type = "ssh-ed25519", .label = "ED25519", .octets = 32},
    {.type = "ecdsa-sha2-nistp256", .label = "ECDSA", .curve = "nistp256", .octets = 1 + 2 * 32},
    {.type = "ecdsa-sha2-nistp384", .label = "ECDSA", .curve = "nistp384", .octets = 1 + 2 * 48},
    {.type = "ecdsa-sha2-nistp521", .label = "ECDSA", .curve = "nistp521", .octets = 1 + 2 * 66},
    {.type = "sk-ssh-ed25519@openssh.com",
     .label = "ED25519-SK",
     .octets = 32,
     .has_application = true},
    {.type = "sk-ecdsa-sha2-nistp256@openssh.com",
     .label = "ECDSA-SK",
     .curve = "nistp256",
     .octets = 1 + 2 * 32,
     .has_application = true},
    {.type = "ssh-rsa", .label = "RSA", .numbers = 2},
    {.type = "ssh-dss", .label = "DSA", .numbers = 4},
}};

const Form* form_of(std::string_view type) {
    for (const Form& form : forms) {
        if (form.type == type) return &form;
    }
    return nullptr;
}

unsigned octet(std::string_view bytes, std::size_t i) {
    return static_cast<unsigned char>(bytes[i]);
}

// Takes a string of RFC 4251 section 5, four octets of length first, off the front of REST.
std::optional<std::string_view> take_string(std::string_view& rest) {
    if (rest.size() < 4) return std::nullopt;
    const std::size_t length = std::size_t{octet(rest, 0)} << 24U | octet(rest, 1) << 16U |
                               octet(rest, 2) << 8U | octet(rest, 3);
    rest.remove_prefix(4);
    if (length > rest.size()) return std::nullopt;
    const std::string_view taken = rest.substr(0, length);
    rest.remove_prefix(length);
    return taken;
}

// An mpint above zero in its shortest form: a leading zero octet only to keep the sign positive.
bool is_positive_number(std::string_view number) {
    if (number.empty() || octet(number, 0) > 0x7f) return false;
    if (octet(number, 0) != 0) return true;
    return number.size() > 1 && octet(number, 1) > 0x7f;
}

// REST is what follows the type's name; nothing may be left over.
bool is_whole(const Form& form, std::string_view rest) {
    for (std::size_t i = 0; i < form.numbers; ++i) {
        const auto number = take_string(rest);
        if (!number || !is_positive_number(*number)) return false;
    }
    if (!form.curve.empty() && take_string(rest) != form.curve) return false;
    if (form.octets != 0) {
        const auto key = take_string(rest);
        if (!key || key->size() != form.octets) return false;
        if (!form.curve.empty() && key->front() != '\x04') return false;
    }
    if (form.has_application && !take_string(rest)) return false;
    return rest.empty();
}

}  // namespace

std::string ServerKey::base64() const {
    return system::base64_encode(blob);
}
std::string ServerKey::fingerprint() const {
    return system::fingerprint(blob);
}

std::variant<ServerKey, KeyProblem> read_server_key(std::string_view type,
                                                    std::string_view base64) {
    const auto blob = system::base64_decode(base64);
    if (!blob) return KeyProblem::not_base64;
    std::string_view rest = *blob;
    const auto inner_type = take_string(rest);
    if (!inner_type) return KeyProblem::not_whole;
    if (*inner_type != type) return KeyProblem::other_type;
    const Form* form = form_of(type);
    if (form == nullptr) return KeyProblem::unknown_type;
    if (!is_whole(*form, rest)) return KeyProblem::not_whole;
    return ServerKey{std::string(type), *blob};
}

std::string_view describe(KeyProblem problem) {
    switch (problem) {
        case KeyProblem::unknown_type:
            return "the type of the key is not one that hf-ssh knows (a certificate is none "
                   "either)";
        case KeyProblem::not_base64:
            return "the key is not base64 in its canonical form";
        case KeyProblem::other_type:
            return "the key is of another type than the line says";
        case KeyProblem::not_whole:
            break;
    }
    return "the key is cut short or damaged";
}

std::string_view key_type_label(std::string_view type) {
    const Form* form = form_of(type);
    return form == nullptr ? std::string_view{} : form->label;
}

}  // namespace hfssh::hub

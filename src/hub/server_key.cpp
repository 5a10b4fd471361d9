#include "hfssh/hub/server_key.hpp"

#include "hfssh/hub/wire.hpp"
#include "hfssh/system/encode.hpp"

namespace hfssh::hub {
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
    WireReader reader(*blob);
    const std::string_view inner_type = reader.string();
    if (!reader.good()) return KeyProblem::not_whole;
    if (inner_type != type) return KeyProblem::other_type;
    if (key_type_label(type).empty()) return KeyProblem::unknown_type;
    if (!read_key_blob(*blob)) return KeyProblem::not_whole;
    return ServerKey{std::string(type), *blob};
}

std::string_view describe(KeyProblem problem) {
    switch (problem) {
        case KeyProblem::unknown_type:
            return "hf-ssh does not support this key type (nor certificates)";
        case KeyProblem::not_base64:
            return "the key is not base64 in its canonical form";
        case KeyProblem::other_type:
            return "the key is not of the type that the line names";
        case KeyProblem::not_whole:
            break;
    }
    return "the key is cut short or damaged";
}

}  // namespace hfssh::hub

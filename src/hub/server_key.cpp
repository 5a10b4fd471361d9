#include "hfssh/hub/server_key.hpp"

#include "hfssh/hub/wire.hpp"
#include "hfssh/system/encode.hpp"

namespace hfssh::hub {
namespace {

// Copied from the page; a test recomputes each fingerprint from its key.
constexpr std::array<HostKey, 4> keys = {{
    {"ssh-ed25519", "AAAAC3NzaC1lZDI1NTE5AAAAINJjhgtT9FOQrsVSarIoPVI1jFMh3VSHdKfdqp/O776s",
     "SHA256:dVjzGIdV7d6cwKIeZiCoRMa2gMvSKfGZAvHf4gMiMao"},
    {"ecdsa-sha2-nistp256",
     "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBL0wtM52yIjm8gRecBy2wRyEMqr8ulG0"
     "uewT/IQOGz5K0ZPTIy6GIGHsTi8UXBiEzEIznV3asIz2sS7SiQ311tU=",
     "SHA256:aBG5R7IomF4BSsx/h6tNAUVLhEkkaNGB8Sluyh/Q/qY"},
    {"ssh-rsa",
     "AAAAB3NzaC1yc2EAAAADAQABAAABgQDtPB+snz63eZvTrbMY2Qt39a6HYile89JOum55z3lhIqAqUHxLtXFd"
     "+q+ED8izQvyORFPSmFIaPw05rtXo37bm+ixL6wDmvWrHN74oUUWmtrv2MNCLHE5VDb3+Q6MJjjDVIoK5QZIu"
     "TStlq0cUbGGxQk7vFZZ2VXdTPqgPjw4hMV7MGp3RFY/+Wy8rIMRv+kRCIwSAOeuaLPT7FzL0zUMDwj/VRjlz"
     "C08+srTQHqfoh0RguZiXZQneZKmM75AFhoMbP5x4AW2bVoZam864DSGiEwL8R2jMiyXxL3OuicZteZqll0qf"
     "RlNopKnzoxS29eBbXTr++ILqYz1QFqaruUgqSi3MIC9sDYEqh2Q8UxP5+Hh97AnlgWDZC0IhojVmEPNAc7Y2"
     "d+ctQl4Bt91Ik4hVf9bU+tqMXgaTrTMXeTURSXRxJEm2zfKQVkqn3vS/zGVnkDS+2b2qlVtrgbGdU/we8Fux"
     "5uOAn/dq5GygW/DUlHFw412GtKYDFdWjt3nJCY8=",
     "SHA256:uqjYymysBGCXXiMVebB8L8RIuWbPSKGBxQQNhcT5a3Q"},
    {"ssh-dss",
     "AAAAB3NzaC1kc3MAAACBAORXmoE8fn/UTweWy7tCYXZxigmODg71CIvs/haZQN6GYqg0scv8OFgeIQvBmIYM"
     "nKNJ7eoo5ZK+fk1yPv8aa9+8jfKXNJmMnObQVyObxFVzB51x8yvtHSSrL4J3z9EAGX9l9b+Fr2+VmVFZ7a90"
     "j2kYC+8WzQ9HaCYOlrALzz2VAAAAFQC0RGD5dE5Du2vKoyGsTaG/mO2E5QAAAIAHXRCMYdZij+BYGC9cYn5O"
     "a6ZGW9rmGk98p1Xc4oW+O9E/kvu4pCimS9zZordLAwHHWwOUH6BBtPfdxZamYsBgO8KsXOWugqyXeFcFkEm3"
     "c1HK/ysllZ5kM36wI9CUWLedc2vj5JC+xb5CUzhVlGp+Xjn59rGSFiYzIGQC6pVkHgAAAIBve2DugKh3x8qq"
     "56sdOH4pVlEDe997ovEg3TUxPPIDMSCROSxSR85fa0aMpxqTndFMNPM81U/+ye4qQC/mr0dpFLBzGuum4u2d"
     "EpjQ7B2UyJL9qhs1Ubby5hJ8Z3bmHfOK9/hV8nhyN8gf5uGdrJw6yL0IXCOPr/VDWSUbFrsdeQ==",
     "SHA256:skgQjK2+RuzvdmHr24IIAJ6uLWQs0TGtEUt3FtzqirQ"},
}};

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

const std::array<HostKey, 4>& published_host_keys() {
    return keys;
}

}  // namespace hfssh::hub

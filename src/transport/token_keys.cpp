#include "token_keys.hpp"

#include <chrono>

#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/process.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::transport {

std::vector<identity::PublicLine> token_keys(const std::string& provider) {
    constexpr auto limit = std::chrono::seconds(10);
    const std::string keygen = system::find_program("ssh-keygen");
    if (keygen.empty()) {
        system::say("ssh-keygen was not found on PATH, so the keys of the token are not known");
        return {};
    }
    system::Capture capture({keygen, {"ssh-keygen", "-D", provider}});
    const auto answer = capture.wait(std::chrono::steady_clock::now() + limit);
    if (!answer.succeeded()) {
        system::say("PKCS11Provider " + system::display_path(provider) + " lists no keys");
        return {};
    }
    std::vector<identity::PublicLine> keys;
    for (const std::string_view line : system::lines(answer.output)) {
        auto key = identity::read_public_line(line);
        if (key && !key->key.is_certificate()) keys.push_back(std::move(*key));
    }
    return keys;
}

}  // namespace hfssh::transport

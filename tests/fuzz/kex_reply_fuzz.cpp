#include <cstdint>
#include <cstdlib>

#include "native/session/rsa_signature.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hfssh::native;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const auto reply = read_kex_reply(input);
    if (!reply) return 0;
    // Nobody has made a signature of this text.
    for (const char* algorithm : {"rsa-sha2-512", "rsa-sha2-256"}) {
        if (is_rsa_signature(algorithm, reply->host_key, "fuzzed", reply->signature)) std::abort();
    }
    return 0;
}

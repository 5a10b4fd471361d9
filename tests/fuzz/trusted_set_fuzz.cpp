#include <cstdint>
#include <cstdlib>

#include "hfssh/hub/trusted_set.hpp"

using namespace hfssh::hub;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const KnownHosts file = read_known_hosts("f", {reinterpret_cast<const char*>(data), size});
    const auto set = TrustedSet::build({file});
    if (std::holds_alternative<Problem>(set)) return 0;
    for (const KnownKey& entry : file.revocations) {
        const auto verdict =
            std::get<TrustedSet>(set).judge(entry.key.type, entry.key.base64()).verdict;
        if (verdict != Verdict::revoked) std::abort();
    }
    return 0;
}

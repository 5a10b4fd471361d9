#include <cstdint>
#include <cstdlib>

#include "hfssh/hub/greeting.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using hfssh::hub::Advertisement;
    const auto found = hfssh::hub::read_advertisement({reinterpret_cast<const char*>(data), size});
    if (!found.error.empty() && found.kind != Advertisement::Kind::error) std::abort();
    if (found.error.size() > size) std::abort();
    return 0;
}

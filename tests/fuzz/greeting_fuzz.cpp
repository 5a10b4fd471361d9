#include <cstdint>
#include <cstdlib>

#include "hfssh/hub/greeting.hpp"
#include "hfssh/system/text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto greeting = hfssh::hub::read_greeting({reinterpret_cast<const char*>(data), size});
    if (!greeting) return 0;
    const std::string& name = greeting->account;
    if (name.empty() || name.size() > 96 || hfssh::system::has_control_character(name)) {
        std::abort();
    }
    return 0;
}

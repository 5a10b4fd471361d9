#include <cstdint>
#include <cstdlib>
#include <string>

#include "hfssh/native/session/order.hpp"
#include "hfssh/system/text.hpp"

// Words behind NULs: arguments, and behind an empty one the environment.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hfssh;
    std::vector<std::string> arguments;
    std::vector<std::string> environment;
    std::vector<std::string>* into = &arguments;
    for (const std::string_view word :
         system::split({reinterpret_cast<const char*>(data), size}, '\0')) {
        if (word.empty() && into == &arguments) {
            into = &environment;
        } else {
            into->emplace_back(word);
        }
    }
    const auto read = native::read_order(arguments, environment);
    const auto* order = std::get_if<native::Order>(&read);
    if (order == nullptr) return 0;
    if (order->typed_host.empty() || order->place.host.empty()) std::abort();
    if (order->connection_attempts < 1 || order->prompts < 0) std::abort();
    return 0;
}

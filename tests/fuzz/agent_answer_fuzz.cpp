#include <cstdint>
#include <cstdlib>

#include "hfssh/identity/agent.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hfssh::identity;
    const auto answer = read_agent_answer({reinterpret_cast<const char*>(data), size});
    if (answer.keys.size() > most_agent_keys) std::abort();
    if (!answer.usable() && !answer.keys.empty()) std::abort();
    return 0;
}

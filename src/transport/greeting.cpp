#include "greeting.hpp"

#include <chrono>

#include "hfssh/hub/greeting.hpp"
#include "hfssh/system/trace.hpp"

namespace hfssh::transport {

std::optional<std::string> ask_account(const system::Command& command,
                                       const std::function<bool()>& give_up) {
    constexpr auto limit = std::chrono::seconds(5);
    constexpr std::size_t longest = 65536;
    system::trace("asking hf.co which account the key belongs to");
    system::Capture capture(command, system::Capture::Errors::discard);
    const auto answer = capture.wait(std::chrono::steady_clock::now() + limit, longest, give_up);
    const auto greeting = hub::read_greeting(answer.output);
    if (!greeting) return std::nullopt;
    system::trace("hf.co greets it as " + greeting->account);
    return greeting->account;
}

}  // namespace hfssh::transport

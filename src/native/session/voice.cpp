#include "voice.hpp"

#include "hfssh/system/message.hpp"
#include "hfssh/system/trace.hpp"

namespace hfssh::native {

bool fail(const Order& order, const std::string& text) {
    if (order.loudness != Order::Loudness::quiet) system::say(text);
    return false;
}

void tell(const Order& order, const std::string& text) {
    system::trace(text);
    if (order.loudness == Order::Loudness::verbose) system::say(text);
}

}  // namespace hfssh::native

#include "hfssh/native/line/waiting.hpp"

#include <algorithm>
#include <cerrno>

namespace hfssh::native {
namespace {

using Clock = std::chrono::steady_clock;

// How long a caller's "give up" may have to wait to be heard.
constexpr int moment = 50;

int milliseconds_until(Deadline deadline) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    return static_cast<int>(std::clamp<long long>(left.count(), 0, 1 << 30));
}

}  // namespace

Waited wait_for(std::vector<pollfd>& watched, Deadline deadline, const GiveUp& give_up) {
    for (;;) {
        if (give_up && give_up()) return Waited::given_up;
        const int left = milliseconds_until(deadline);
        const int ready =
            ::poll(watched.data(), watched.size(), give_up ? std::min(left, moment) : left);
        if (ready > 0) return Waited::ready;
        if (ready < 0 && errno != EINTR && errno != EAGAIN) return Waited::timed_out;
        if (left == 0) return Waited::timed_out;
    }
}

Waited wait_for(int socket, short events, Deadline deadline, const GiveUp& give_up) {
    std::vector<pollfd> watched = {{socket, events, 0}};
    return wait_for(watched, deadline, give_up);
}

}  // namespace hfssh::native

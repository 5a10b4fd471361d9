#pragma once

#include <chrono>
#include <functional>

#include "hfssh/transport/ask.hpp"
#include "hfssh/transport/ended.hpp"
#include "hfssh/transport/facts.hpp"

// Part of the run: a server that is too busy closes a connection before the key exchange. Nothing
// was sent, so the same may be tried again.
namespace hfssh::transport {

// Was ANSWER, of a question of our own, such a closed connection? Pure.
[[nodiscard]] bool was_too_busy(const Answer& answer);
// Did ssh end so, now that a second attempt, LOOK, has shown the cause? Pure.
[[nodiscard]] bool was_too_busy(const Ended& ended, const std::optional<Answer>& look);

class Retry {
  public:
    // Not if hf-ssh.retry is false, nor through a proxy, nor if the user has set
    // ConnectionAttempts.
    explicit Retry(const Facts& facts);

    // Waits, and says so once; a random time, below 2, 4, then 8 seconds, so that many commands do
    // not come back together. False if it is not to be tried again: after three times, a minute,
    // UNTIL or GIVE_UP.
    [[nodiscard]] bool again(
        const std::function<bool()>& give_up,
        std::chrono::steady_clock::time_point until = std::chrono::steady_clock::time_point::max());

  private:
    bool allowed_;
    int tries_ = 0;
    std::chrono::steady_clock::time_point last_;
};

}  // namespace hfssh::transport

#pragma once

#include <signal.h>

#include <utility>
#include <vector>

namespace hfssh::system {

// While it lives, TERM, HUP, INT, QUIT, TSTP (each unless it is ignored, as nohup(1) does), CONT
// and CHLD do nothing by themselves but wait to be taken by next(): none can slip in between a look
// and a wait, and none ends this process while something of it lies about. They have a handler
// meanwhile: an ignored signal would be inherited by a child, and one that is ignored by default is
// thrown away on some systems even when blocked. PIPE does nothing at all meanwhile: a reader of
// our messages that is gone must not end us early.
class SignalWatch {
  public:
    SignalWatch();
    ~SignalWatch();  // everything as it was; a signal that came and was not taken acts now
    SignalWatch(const SignalWatch&) = delete;
    SignalWatch& operator=(const SignalWatch&) = delete;

    // Waits for the next one; 0 if there was none after all.
    [[nodiscard]] int next() const;
    // Has one come, and not been taken, that is to end this process?
    [[nodiscard]] bool told_to_end() const;

  private:
    void watch(int number);
    sigset_t watched_;
    sigset_t before_;
    std::vector<std::pair<int, struct sigaction>> actions_;
};

// From here on a reader that is gone is an error to write to (EPIPE), not our end: what is half
// done is finished. A child starts as this process did.
void outlive_readers();

// What a child starts with blocked: as this process was started, also while there is a watch.
[[nodiscard]] const sigset_t* child_signal_mask();

}  // namespace hfssh::system

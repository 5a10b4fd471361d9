#pragma once

#include <sys/types.h>

#include <chrono>
#include <utility>

namespace hfssh::native {

// A ProxyCommand that runs, ended at the latest by the destructor. The kernel ends it with the
// thread that started it, so it stays with its thread.
class ProxyProcess {
  public:
    enum class Kind {
        group,   // the head of a process group of its own, ended with all that it has started
        member,  // of our group: ended alone, and no other signal than ssh(1) would send
    };

    ProxyProcess() = default;
    ProxyProcess(pid_t pid, Kind kind) : pid_(pid), kind_(kind) {}
    ProxyProcess(ProxyProcess&& other) noexcept
        : pid_(std::exchange(other.pid_, -1)), kind_(other.kind_) {}
    ProxyProcess& operator=(ProxyProcess&& other) noexcept;
    ProxyProcess(const ProxyProcess&) = delete;
    ProxyProcess& operator=(const ProxyProcess&) = delete;
    ~ProxyProcess() { end(); }

    // Waits at most that long for it to end by itself; true if it has.
    [[nodiscard]] bool ends_within(std::chrono::microseconds time) const;

    // A group has a moment to see the end of its input, is then asked to end, then killed, and is
    // reaped. A member is sent HUP at once; one that continues anyway is left to itself.
    void end();

  private:
    pid_t pid_ = -1;
    Kind kind_ = Kind::group;
};

}  // namespace hfssh::native

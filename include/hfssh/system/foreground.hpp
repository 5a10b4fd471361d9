#pragma once

#include <sys/types.h>

#include <functional>

#include "hfssh/system/process.hpp"
#include "hfssh/system/signal_watch.hpp"
#include "hfssh/system/spawn.hpp"

// A child that has the terminal meanwhile.
namespace hfssh::system {

// How it ended.
struct Ended {
    int error = 0;             // errno if it could not be started
    int status = 0;            // exit status
    int signal = 0;            // the signal it died of, 0 if none
    bool interrupted = false;  // we were asked to end, and passed that on
    [[nodiscard]] bool succeeded() const { return error == 0 && status == 0 && signal == 0; }
};

// Waits until CHILD ends: TERM, HUP, INT and QUIT that come to us go on to it, TSTP and CONT stop
// and continue both. Each signal calls WOKEN, SIGCHLD of announce_input() included. Returns the
// last signal that asked us to end, 0 if there was none.
[[nodiscard]] int attend(pid_t child, const SignalWatch& signals, Ended& ended,
                         const std::function<void()>& woken = {});

// Runs a program that talks to the user directly (ssh-keygen, ssh-add), with our streams but for
// those of OPTIONS. On Linux it is asked to end should we be killed. If we were asked to end
// meanwhile, that waits again: see SignalWatch::told_to_end().
[[nodiscard]] Ended run_in_foreground(const Command& command, SpawnOptions options,
                                      const SignalWatch& signals);

}  // namespace hfssh::system

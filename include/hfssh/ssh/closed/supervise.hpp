#pragma once

#include "hfssh/system/foreground.hpp"
#include "hfssh/system/process.hpp"
#include "hfssh/system/signal_watch.hpp"

namespace hfssh::ssh {

// How the supervised ssh ended.
using system::Ended;

// Our own copy of standard output: while it is open, the reader of the child's output waits for
// us too.
enum class OurOutput { let_go, kept_open };

// Runs ssh as our child and waits for it, as if this process were it: it inherits the three
// standard streams (no byte is copied), our own standard input and, unless it is kept, output are
// put on /dev/null and
// every other descriptor but KEEP and the trace is closed, so that neither end of git's pipes sees
// a second holder. TERM, HUP, INT and QUIT that come to us go on to it, TSTP and CONT stop and
// continue both; signals that were ignored when we started stay ignored for both. On Linux it is
// sent a signal if we are killed.
[[nodiscard]] Ended supervise(const system::Command& command, const system::SignalWatch& signals,
                              int keep, OurOutput output = OurOutput::let_go);

// Ends this process as the child ended: by the same signal, or with the same status. Leaves no core
// file of ours beside the child's.
[[noreturn]] void end_alike(const Ended& ended);

}  // namespace hfssh::ssh

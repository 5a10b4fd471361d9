#pragma once

#include <functional>
#include <variant>

#include "hfssh/ssh/closed/report_channel.hpp"
#include "hfssh/system/foreground.hpp"
#include "hfssh/system/process.hpp"
#include "hfssh/system/signal_watch.hpp"

namespace hfssh::ssh {

// How the supervised ssh ended.
using system::Ended;

// Our own standard input and output, once the host key was reported. While the output is open, the
// reader of the child's waits for us too; both are, where another child is to follow.
enum class OurStreams { let_go, output_kept, kept };

struct Supervision {
    const system::SignalWatch& signals;
    ReportChannel& channel;
    OurStreams streams = OurStreams::let_go;
    const char* directory = nullptr;    // where the child starts; null: where we are
    std::function<void()> judged = {};  // called once the host key has been reported
};

// What runs as the child: a program, or a part of this one.
using Child = std::variant<system::Command, std::function<int()>>;

// Runs CHILD (ssh) and waits for it, as if this process were it: it inherits the three standard
// streams (no byte is copied) and none of our other descriptors but the trace. As soon as a host
// key was reported our own standard input and output, unless kept, are put on /dev/null, so
// that neither end of git's pipes sees a second holder; before that nothing has been sent, and the
// streams may still serve another attempt. TERM, HUP, INT and QUIT that come to us go on to the
// child, TSTP and CONT stop and continue both; signals that were ignored when we started stay
// ignored for both. On Linux it is sent a signal if we are killed.
[[nodiscard]] Ended supervise(const Child& child, const Supervision& supervision);

// Ends this process as the child ended: by the same signal, or with the same status. Leaves no core
// file of ours beside the child's.
[[noreturn]] void end_alike(const Ended& ended);

}  // namespace hfssh::ssh

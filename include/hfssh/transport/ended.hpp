#pragma once

#include <string_view>

#include "hfssh/ssh/closed/report_channel.hpp"
#include "hfssh/ssh/closed/supervise.hpp"
#include "hfssh/system/process.hpp"
#include "hfssh/system/signal_watch.hpp"
#include "hfssh/transport/facts.hpp"
#include "hfssh/transport/plan.hpp"

// Sixth station: the connection has been made, and is over.
namespace hfssh::transport {

struct Ended {
    ssh::Ended ssh;                          // its status or signal
    ssh::Report report = ssh::Report::none;  // what the helper said of the host key
    bool reports = false;                    // would its word have reached us?
    ssh::Reported presented = {};            // the host key that it is about
    bool logged_in = false;                  // known to have; else it may have or not
};

// Runs ssh as our child and waits for it. While git waits for what comes on standard output, our
// copy of it stays open, so that what there is to say is read before git's own last word; of
// anything else the far end's close must not be seen late. Throws a system::Failure where it cannot
// be run.
[[nodiscard]] Ended run(Plan& plan, const Facts& facts, const Decision& decision,
                        const system::SignalWatch& signals);

// "WHAT ssh -F none …" in the trace, quoted for a shell. What may be a password or
// a token is left out: ssh/words/shown.hpp.
void trace_command(std::string_view what, const system::Command& command);

}  // namespace hfssh::transport

// The sixth station: ssh runs as our child, and ends.
#include "hfssh/transport/ended.hpp"

#include <cstring>
#include <string>

#include "hfssh/ssh/words/shown.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/trace.hpp"

namespace hfssh::transport {
namespace {

// git reads these to their end, and then says its own last word.
bool git_waits_for(hub::Service service) {
    return service == hub::Service::upload_pack || service == hub::Service::receive_pack ||
           service == hub::Service::upload_archive;
}

}  // namespace

Ended run(Plan& plan, hub::Service service, const system::SignalWatch& signals) {
    trace_command("running", plan.command);
    const auto output = git_waits_for(service) ? ssh::OurOutput::kept_open : ssh::OurOutput::let_go;
    const ssh::Ended ended =
        ssh::supervise(plan.command, signals, plan.channel.descriptor(), output);
    if (ended.error != 0) {
        throw system::Failure("cannot run " + system::display_path(plan.command.file) + ": " +
                              std::strerror(ended.error));
    }
    system::trace("ssh ended with status " + std::to_string(ended.status) + ", signal " +
                  std::to_string(ended.signal));
    const ssh::Report report = plan.channel.read();
    return {ended, report, plan.reports, plan.channel.reported()};
}

void trace_command(std::string_view what, const system::Command& command) {
    if (!system::tracing()) return;
    std::string line(what);
    for (const std::string& word : ssh::shown_words(command.argv)) {
        line += " " + system::shell_quote(word);
    }
    system::trace(line);
}

}  // namespace hfssh::transport

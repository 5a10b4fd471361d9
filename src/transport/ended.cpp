// The sixth station: ssh runs as our child, and ends.
#include "hfssh/transport/ended.hpp"

#include <cstring>
#include <filesystem>
#include <optional>
#include <string>

#include "hfssh/reuse/watcher.hpp"
#include "hfssh/ssh/words/shown.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/platform.hpp"
#include "hfssh/system/trace.hpp"
#include "sharing.hpp"

namespace hfssh::transport {
namespace {

// git reads these to their end, and then says its own last word.
bool git_waits_for(hub::Service service) {
    return service == hub::Service::upload_pack || service == hub::Service::receive_pack ||
           service == hub::Service::upload_archive;
}

constexpr int ssh_itself = 255;

// ssh as the master of WAY's slot, with its first session or without.
ssh::Child master_child(const Plan& plan, const Ways::Way& way) {
    const bool for_command = plan.sharing.reuse.kind == settings::Reuse::Kind::command;
    const auto command =
        as_master(plan, way.slot->socket(),
                  for_command ? reuse::linger : plan.sharing.reuse.seconds, way.login_only);
    trace_command("running", command);
    return command;
}

// The host key has been reported: from now on others may count on this connection.
void note_master(const Plan& plan, const Ways::Way& way) {
    reuse::Note note = way.slot->note();
    note.host_key = accepted_key(plan.channel);
    if (note.host_key.empty()) return;
    way.slot->write(note);
    if (plan.sharing.reuse.kind == settings::Reuse::Kind::command) {
        reuse::start_watcher(way.slot->socket(), plan.sharing.command);
    }
}

ssh::Child child_of(Plan& plan, const Facts& facts, Ways::Way& way) {
    if (way.mux) {
        return [&, session = session_of(facts)] {
            return run_session(*way.mux, session, plan.channel.path());
        };
    }
    if (way.slot) return master_child(plan, way);
    trace_command("running", plan.command);
    return plan.command;
}

}  // namespace

Ended run(Plan& plan, const Facts& facts, const Decision& decision,
          const system::SignalWatch& signals) {
    const auto give_up = std::function([&] { return signals.told_to_end(); });
    Ways ways(facts, plan,
              needs_person(facts.inventory.candidates[*decision.chosen], facts.inventory), give_up);
    ssh::Supervision supervision{signals, plan.channel};
    std::optional<ssh::Reported> login;
    bool logged_in = false;
    for (;;) {
        Ways::Way way = ways.next();
        const bool master = way.slot && !way.mux;
        // The master lives on, and not in the caller's directory.
        supervision.directory = master ? "/" : nullptr;
        supervision.judged = {};
        supervision.streams = way.login_only                        ? ssh::OurStreams::kept
                              : git_waits_for(facts.remote.service) ? ssh::OurStreams::output_kept
                                                                    : ssh::OurStreams::let_go;
        // ssh makes its socket as soon as it has logged in, and removes it at its end.
        const std::filesystem::path socket = master ? way.slot->socket() : std::string();
        const system::UniqueFd made(master ? system::watch_directory(socket.parent_path()) : -1);
        if (master) supervision.judged = [&] { note_master(plan, way); };
        const ssh::Ended ended = ssh::supervise(child_of(plan, facts, way), supervision);
        if (ended.error != 0) {
            throw system::Failure("cannot run " + system::display_path(plan.command.file) + ": " +
                                      std::strerror(ended.error),
                                  {}, system::Code::no_ssh);
        }
        system::trace("ssh ended with status " + std::to_string(ended.status) + ", signal " +
                      std::to_string(ended.signal));
        const ssh::Report report = plan.channel.read();
        const bool begun = report != ssh::Report::none;
        logged_in =
            logged_in || (way.mux && begun) || system::was_made(made.get(), socket.filename());
        if (way.mux && !begun && ended.signal == 0 && !ended.interrupted) {
            ways.did_not_serve(way, ended.status == way_refused);
            continue;
        }
        if (way.mux && ended.status == ssh_itself && !ended.interrupted) ways.lost(way);
        if (way.login_only && ended.status == 0 && report == ssh::Report::accepted) {
            login = plan.channel.reported();
            plan.channel.forget();
            continue;
        }
        if (master && report != ssh::Report::accepted) reuse::remove_slot(way.slot->socket());
        const bool names_key = !login || !plan.channel.reported().base64.empty();
        return {ended, report, plan.reports, names_key ? plan.channel.reported() : *login,
                logged_in};
    }
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

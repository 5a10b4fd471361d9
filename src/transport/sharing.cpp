// Part of the plan and of its run: one git command has one connection, if that can be had without
// risk. What is at stake is a session that runs: beside it another one is begun only with a server
// that is known to allow that, which is found out on an idle connection.
#include "sharing.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "hfssh/reuse/servers.hpp"
#include "hfssh/reuse/watcher.hpp"
#include "hfssh/system/encode.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/spawn.hpp"
#include "hfssh/system/text.hpp"
#include "hfssh/system/trace.hpp"
#include "wrapper.hpp"

namespace hfssh::transport {
namespace {

using reuse::Allowed;
using reuse::Mux;
using reuse::Slot;
using std::chrono::seconds;
using Kind = settings::Reuse::Kind;

constexpr const char* protocol = "SendEnv=GIT_PROTOCOL";

// What is about the session alone, and may differ between those that share ("-o" for one).
bool is_of_session(std::string_view option) {
    return option == "-o" || option == protocol || option.starts_with("SessionType=") ||
           option.starts_with("StdinNull=");
}

// Would it be another file elsewhere? The master does not stay in its caller's directory.
bool is_relative(std::string_view word) {
    return word.find('/') != std::string_view::npos && word.front() != '/' &&
           !word.starts_with("~/") && word.find("://") == std::string_view::npos;
}

std::string file_state(const std::string& path) {
    struct stat info = {};
    if (::stat(path.c_str(), &info) != 0) return "-";
    std::string text;
    for (const auto number :
         {static_cast<long long>(info.st_dev), static_cast<long long>(info.st_ino),
          static_cast<long long>(info.st_size), static_cast<long long>(info.st_mtime),
          static_cast<long long>(info.st_ctime)}) {
        text += std::to_string(number) + " ";
    }
    return text;
}

// What would make another connection of it. The identity is named by its fingerprint, since the
// file may be another one each time.
std::string whole_plan(const Facts& facts, const identity::Candidate& candidate) {
    const std::string key = "/" + candidate.fingerprint();
    system::TemporaryDirectory unused;
    const Closed closed =
        close({facts.typed, facts.endpoint, facts.trusted, facts.trusted_files},
              {key, candidate.certificate, candidate.provider, facts.agent.usable()}, {}, unused);
    std::string text;
    const auto add = [&](std::string_view part) { (text += part) += '\0'; };
    for (const std::string& word : closed.program)
        add(word);
    add(file_state(closed.program.back()));
    for (const std::string& word : closed.options) {
        if (!is_of_session(word)) add(word);
    }
    add(facts.trusted.known_hosts_text());
    for (const hub::KnownKey& revoked : facts.trusted.revoked())
        add(revoked.key.type + " " + revoked.key.base64());
    for (const std::string& file :
         ssh::revoked_files(facts.endpoint.settings).value_or(std::vector<std::string>()))
        add(file_state(file));
    if (!candidate.certificate.empty()) add(file_state(candidate.certificate));
    add(system::environment("SSH_AUTH_SOCK").value_or(""));
    return text;
}

std::string why_not_shared(const Facts& facts, const settings::Reuse& reuse) {
    const ssh::CommandLine& line = facts.endpoint.line;
    if (reuse.kind == Kind::no) return "hf-ssh.reuse or HF_SSH_REUSE is no";
    if (facts.wire == Wire::native) return "the native transport shares none";
    if (!facts.endpoint.settings.has_known_hosts_command())
        return "this ssh can start no program that checks host keys";
    for (const ssh::Flag& flag : line.flags) {
        if (std::string_view("vEyNsGfMSOW").find(flag.letter) != std::string_view::npos) {
            return std::string("-") + flag.letter + " was typed";
        }
    }
    // It may not let ssh make a socket here, or may end with its first session.
    if (may_add_settings(facts.underlying()))
        return "the ssh that is run is a script or a launcher";
    if (facts.request.wrapper.own_master) return "the ssh that is run shares connections itself";
    const auto words = system::words(facts.endpoint.proxy_command);
    if (std::ranges::any_of(words, is_relative)) return "the ProxyCommand has a relative path";
    if (!system::find_program(facts.underlying().launcher.empty()
                                  ? facts.underlying().program
                                  : facts.underlying().launcher.front())
             .starts_with('/')) {
        return "the ssh that is run has a relative path";
    }
    return {};
}

std::string why_not_shared(const Facts& facts, const identity::Candidate& candidate, bool reports,
                           const settings::Reuse& reuse) {
    if (!reports) return "no /proc for the helper's report";
    if (!candidate.key) return "the key's fingerprint is not known";
    return why_not_shared(facts, reuse);
}

void trace_trial(Allowed allowed) {
    system::trace("asked the server for two sessions at once: " +
                  std::string(reuse::name_of(allowed)));
}

}  // namespace

Sharing plan_sharing(const Facts& facts, const identity::Candidate& candidate, bool reports) {
    Sharing sharing;
    sharing.reuse = settings::reuse(facts.git);
    sharing.why_not = why_not_shared(facts, candidate, reports, sharing.reuse);
    if (!sharing.why_not.empty()) return sharing;
    std::string scope;
    if (sharing.reuse.kind == Kind::command) {
        const auto command = reuse::find_command(::getpid(), system::find_process);
        if (!command) {
            sharing.why_not = "not run by a git command";
            return sharing;
        }
        sharing.command = *command;
        scope = std::to_string(command->process) + " " + std::to_string(command->started);
    }
    const std::string hash =
        system::sha256(scope + std::string(1, '\0') + whole_plan(facts, candidate));
    sharing.name = system::hexadecimal(std::string_view(hash).substr(0, 8));
    return sharing;
}

std::string describe_sharing(const Facts& facts) {
    const settings::Reuse reuse = settings::reuse(facts.git);
    std::string why_not = why_not_shared(facts, reuse);
    if (why_not.empty()) {
        const auto room = reuse::Room::open(reuse::Room::Missing::leave);
        if (const auto* problem = std::get_if<std::string>(&room)) why_not = *problem;
    }
    if (!why_not.empty()) return "not shared: " + why_not;
    const auto experience = reuse::recall_server({facts.endpoint.host, facts.endpoint.port});
    const std::string seen =
        !experience                              ? ""
        : experience->allowed == Allowed::beside ? "; the server allows several sessions at once"
        : experience->allowed == Allowed::after  ? "; the server allows one session at a time"
                                                : "; the server allows one session on a connection";
    return (reuse.kind == Kind::command
                ? "shared by one git command"
                : "shared for " + std::to_string(reuse.seconds) + " seconds after its last use") +
           seen;
}

system::Command as_master(const Plan& plan, const std::string& socket, long linger,
                          bool login_only) {
    system::Command command = plan.command;
    std::vector<std::string>& words = command.argv;
    const auto options = words.begin() + static_cast<std::ptrdiff_t>(plan.options_at);
    const auto end = std::find(options, words.end(), "--");
    // "-S none" of the closed configuration; the last -S counts.
    for (auto word = options; word + 1 < end; ++word) {
        if (*word == "-S" && *(word + 1) == "none") *(word + 1) = socket;
    }
    const bool sends_protocol = std::find(words.begin(), end, protocol) != end;
    std::vector<std::string> first = {"-o", "ControlMaster=yes", "-o",
                                      "ControlPersist=" + std::to_string(linger)};
    if (!sends_protocol) {
        // For the sessions to come; this one does not send it.
        first.insert(first.end(), {"-o", protocol});
        if (system::environment("GIT_PROTOCOL")) command.environment.emplace_back("GIT_PROTOCOL=");
    }
    if (login_only) {
        // With ControlPersist ssh goes to the background then, as soon as it has logged in.
        first.emplace_back("-N");
        if (words.end() - end > 2) words.erase(end + 2, words.end());
    }
    words.insert(options, first.begin(), first.end());
    return command;
}

Ways::Ways(const Facts& facts, const Plan& plan, bool needs_person,
           const std::function<bool()>& give_up)
    : facts_(facts),
      sharing_(plan.sharing),
      needs_person_(needs_person),
      give_up_(give_up),
      why_alone_(plan.sharing.why_not) {
    if (!why_alone_.empty()) return;
    auto room = reuse::Room::open(reuse::Room::Missing::make);
    if (auto* problem = std::get_if<std::string>(&room)) {
        why_alone_ = std::move(*problem);
        return;
    }
    room_ = std::get<reuse::Room>(std::move(room));
    const auto experience = reuse::recall_server({facts_.endpoint.host, facts_.endpoint.port});
    if (!experience) return;
    if (experience->allowed == Allowed::none) {
        why_alone_ = "this server was seen to end a connection with its first session";
    } else {
        beside_ = experience->allowed == Allowed::beside;
        host_key_ = experience->host_key;
    }
}

Ways::~Ways() {
    if (room_) room_->remove();
}

Ways::Way Ways::alone(const std::string& reason) {
    system::trace("a connection of its own: " + reason);
    return {};
}

void Ways::remember(Allowed allowed, const std::string& host_key) {
    beside_ = allowed == Allowed::beside;
    host_key_ = host_key;
    if (allowed == Allowed::none) why_alone_ = "the server allows one session on a connection";
    if (!facts_.store.remembers() || host_key.empty()) return;
    reuse::remember_server({facts_.endpoint.host, facts_.endpoint.port}, {allowed, host_key});
}

Allowed Ways::allowed_by(const Slot& slot) {
    reuse::Note note = slot.note();
    if (note.allowed) return *note.allowed;
    if (!host_key_.empty() && host_key_ == note.host_key) {
        return beside_ ? Allowed::beside : Allowed::after;
    }
    note.allowed = reuse::try_two_sessions(slot.socket(), give_up_);
    trace_trial(*note.allowed);
    slot.write(note);
    if (!give_up_()) remember(*note.allowed, note.host_key);
    return *note.allowed;
}

std::optional<Ways::Way> Ways::use_idle(Slot slot) {
    if (!Mux::connect(slot.socket(), Mux::Clock::now() + seconds(2))) return std::nullopt;
    if (allowed_by(slot) == Allowed::none) return std::nullopt;
    auto mux = Mux::connect(slot.socket(), Mux::Clock::now() + seconds(2));
    if (!mux) return std::nullopt;
    slot.touch();
    system::trace("a session of the connection " + slot.socket());
    return Way{std::move(slot), std::move(mux), false};
}

std::optional<Ways::Way> Ways::use_running(Slot slot, bool& wait) {
    const reuse::Note note = slot.note();
    const bool allowed =
        note.allowed ? *note.allowed == Allowed::beside : beside_ && note.host_key == host_key_;
    if (allowed && !note.host_key.empty()) {
        auto mux = Mux::connect(slot.socket(), Mux::Clock::now() + seconds(2));
        if (mux) {
            slot.touch();
            system::trace("a session beside another of the connection " + slot.socket());
            return Way{std::move(slot), std::move(mux), true};
        }
        if (::access(slot.socket().c_str(), F_OK) != 0) wait = true;  // still logging in
    } else if (beside_ && note.host_key.empty()) {
        wait = true;
    } else if (needs_person_ && !note.push) {
        // One prompt is enough. A push may wait for us, since its hook may have started us.
        wait = true;
    }
    return std::nullopt;
}

Ways::Way Ways::become_master() {
    for (int number = 0; number < reuse::Room::most_slots; ++number) {
        auto slot = room_->slot(sharing_.name, number, reuse::Room::Missing::make);
        if (!slot) return alone("no file can be made in the directory for sockets");
        if (!slot->ours()) continue;
        ::unlink(slot->socket().c_str());
        if (std::string problem = room_->unfit(*slot); !problem.empty()) {
            reuse::remove_slot(slot->socket());
            return alone(problem);
        }
        slot->write({{}, facts_.remote.service == hub::Service::receive_pack, {}});
        room_->clear();
        // A push's hook may need a session while the push runs, and it is not known whether this
        // server allows that. It is found out before anything runs, so that the person who types
        // the passphrase need not do so for the hook again.
        const bool is_known = beside_ || !host_key_.empty();
        const bool login_only = needs_person_ && !is_known && !logged_in_ &&
                                facts_.remote.service == hub::Service::receive_pack;
        logged_in_ = logged_in_ || login_only;
        system::trace((login_only ? "the connection " : "the first session of the connection ") +
                      slot->socket());
        return {std::move(slot), std::nullopt, false, login_only};
    }
    return alone("too many of this command at once");
}

Ways::Way Ways::next() {
    constexpr useconds_t moment = 20'000;
    const auto until = Mux::Clock::now() + seconds(needs_person_ ? 120 : 40);
    for (bool wait = true; wait && why_alone_.empty();) {
        wait = false;
        for (int number = 0; number < reuse::Room::most_slots; ++number) {
            auto slot = room_->slot(sharing_.name, number, reuse::Room::Missing::leave);
            if (!slot) continue;
            auto way =
                slot->ours() ? use_idle(std::move(*slot)) : use_running(std::move(*slot), wait);
            if (way) return std::move(*way);
        }
        if (!wait || give_up_() || Mux::Clock::now() >= until) break;
        ::usleep(moment);
    }
    return why_alone_.empty() ? become_master() : alone(why_alone_);
}

void Ways::did_not_serve(const Way& way, bool refused) {
    const reuse::Note note = way.slot->note();
    system::trace(refused ? "the server refused the session" : "the connection is gone");
    if (way.beside) {
        remember(Allowed::after, note.host_key);
    } else if (refused && refusals_++ == 0) {
        // The session before may still count with a server that allows one at a time.
        ::usleep(200'000);
    } else if (refused) {
        remember(Allowed::none, note.host_key);
    } else {
        reuse::remove_slot(way.slot->socket());
    }
}

void Ways::lost(const Way& way) {
    remember(way.beside ? Allowed::after : Allowed::none, way.slot->note().host_key);
}

std::unique_ptr<Trial> Trial::of(const Facts& facts, const identity::Candidate& candidate,
                                 const Plan& plan) {
    static int number = 0;  // questions run side by side
    if (!facts.store.remembers() ||
        !why_not_shared(facts, candidate, plan.reports, settings::reuse(facts.git)).empty() ||
        reuse::recall_server({facts.endpoint.host, facts.endpoint.port})) {
        return nullptr;
    }
    const auto room = reuse::Room::open(reuse::Room::Missing::make);
    if (!std::holds_alternative<reuse::Room>(room)) return nullptr;
    auto slot = std::get<reuse::Room>(room).slot("ask-" + std::to_string(::getpid()), number++,
                                                 reuse::Room::Missing::make);
    if (!slot || !slot->ours() || !std::get<reuse::Room>(room).unfit(*slot).empty()) return nullptr;
    ::unlink(slot->socket().c_str());
    return std::unique_ptr<Trial>(new Trial(facts, std::move(*slot)));
}

system::Command Trial::command(const Plan& plan) const {
    return as_master(plan, slot_.socket(), reuse::linger, false);
}

void Trial::learn(Plan& plan, const std::function<bool()>& give_up) const {
    (void)plan.channel.read();
    const std::string host_key = accepted_key(plan.channel);
    if (host_key.empty()) return;
    const Allowed allowed = reuse::try_two_sessions(slot_.socket(), give_up);
    if (give_up()) return;
    trace_trial(allowed);
    reuse::remember_server({facts_.endpoint.host, facts_.endpoint.port}, {allowed, host_key});
}

std::string accepted_key(const ssh::ReportChannel& channel) {
    const ssh::Reported& reported = channel.reported();
    if (reported.report != ssh::Report::accepted) return {};
    const auto blob = system::base64_decode(reported.base64);
    return blob ? system::fingerprint(*blob) : std::string();
}

reuse::Session session_of(const Facts& facts) {
    reuse::Session session{system::join(facts.endpoint.line.command, " "), {}};
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string variable = *entry;
        const std::string name = variable.substr(0, variable.find('='));
        const auto patterns = facts.endpoint.settings.all("sendenv");
        if (std::ranges::any_of(patterns, [&](std::string_view pattern) {
                return system::matches_pattern(name, pattern);
            })) {
            session.environment.push_back(variable);
        }
    }
    return session;
}

int run_session(Mux& mux, const reuse::Session& session, const std::string& channel) {
    if (!mux.request(session, {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})) return way_lost;
    const auto reply = mux.opened(Mux::Clock::now() + seconds(30));
    if (reply != Mux::Reply::opened) return reply == Mux::Reply::refused ? way_refused : way_lost;
    // The helper spoke for the master, and so for its sessions.
    (void)ssh::send_report(channel, ssh::Report::accepted);
    const system::UniqueFd null = system::open_null();
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO})
        if (null) ::dup2(null.get(), stream);
    constexpr int ssh_itself = 255;
    return mux.exit_status(Mux::Clock::time_point::max()).value_or(ssh_itself);
}

}  // namespace hfssh::transport

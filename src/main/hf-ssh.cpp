// hf-ssh, the ssh that git runs: see hf-ssh(1). A connection is data that goes one way,
//     Typed -> Route -> Facts -> Decision -> Plan -> Ended -> Lesson
// each made in one file of src/transport.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>

#include "hfssh/hub/repository.hpp"
#include "hfssh/ssh/closed/supervise.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/signal_watch.hpp"
#include "hfssh/system/trace.hpp"
#include "hfssh/system/unique_fd.hpp"
#include "hfssh/transport/ask.hpp"
#include "hfssh/transport/ended.hpp"
#include "hfssh/transport/lesson.hpp"

namespace {

using namespace hfssh;

// Never 127, which git-lfs reads as "no such command"; 255 is ssh's own.
constexpr int failed = 255;

bool is(const char* argument, const char* word) {
    return std::strcmp(argument, word) == 0;
}

// ssh(1) has no long options, so these two are free for us.
bool answer_about_itself(int argc, char** argv) {
    if (argc != 2) return false;
    if (is(argv[1], "--version")) {
        std::puts("hf-ssh " HFSSH_VERSION);
        return true;
    }
    if (!is(argv[1], "--help")) return false;
    std::puts(
        "usage: hf-ssh [--via COMMAND] [ssh's options] destination [command]\n"
        "\n"
        "The ssh that git runs for hf.co: it lets a connection through only to a server\n"
        "whose key Hugging Face has published, and offers exactly one key, the right one.\n"
        "For every other host it becomes ssh.\n"
        "\n"
        "    git hf-ssh setup\n"
        "\n"
        "The manual: man hf-ssh; the settings: man hf-ssh-config");
    return true;
}

// A signal that came meanwhile acts when the watch ends: the key's file has to be gone by then.
struct KeyFileGuard {
    transport::EnvironmentKey& key;
    explicit KeyFileGuard(transport::EnvironmentKey& environment_key) : key(environment_key) {}
    ~KeyFileGuard() { key.remove_file(); }
    KeyFileGuard(const KeyFileGuard&) = delete;
    KeyFileGuard& operator=(const KeyFileGuard&) = delete;
};

bool runs_for_git_lfs = false;

// git-lfs appends ": exit status 255" to the last line, which so must not be a command.
void finish(bool with_hint) {
    if (runs_for_git_lfs && with_hint) system::say("git-lfs cannot go on");
}

ssh::Ended connect(const transport::Typed& typed, const transport::ToHub& hub,
                   transport::EnvironmentKey& key) {
    const system::SignalWatch signals;
    const KeyFileGuard guard(key);
    const auto told_to_end = [&] { return signals.told_to_end(); };

    const auto command = hub::read_remote_command(hub.line.command);
    runs_for_git_lfs = command.service == hub::Service::lfs_authenticate;
    transport::Facts facts = transport::find_facts(typed, hub, key, told_to_end);
    system::silence_hints(!facts.hints());
    if (facts.git) system::set_colour(facts.git->colour(), facts.git->color_hint);
    transport::Decision decision = transport::decide(facts);
    if (!decision.ask_first.empty()) {
        if (!transport::ask_first(facts, decision, told_to_end)) {
            finish(system::ends_with_hint());
            return {.status = failed};
        }
        decision = transport::decide(facts);
    }
    const auto [ended, found] = transport::run_to_end(facts, decision, signals);
    if (hub.line.has('G')) return ended.ssh;
    transport::conclude(transport::learn(facts, decision, ended, found), facts, decision, ended);
    const bool failed_with_hint = ended.ssh.status != 0 && system::ends_with_hint();
    finish(failed_with_hint || ended.report == ssh::Report::explained);
    return ended.ssh;
}

ssh::Ended run(int argc, char** argv) {
    transport::EnvironmentKey key;  // first of all: no child may see it
    const transport::Typed typed = transport::read_typed(argc, argv);
    const transport::Route route = transport::find_route(typed);
    if (const auto* answered = std::get_if<transport::Answered>(&route)) {
        return {.status = answered->status};
    }
    const auto* hub = std::get_if<transport::ToHub>(&route);
    if (hub == nullptr) transport::become(typed);
    return connect(typed, *hub, key);
}

}  // namespace

int main(int argc, char** argv) {
    system::open_standard_streams();
    if (answer_about_itself(argc, argv)) return 0;
    try {
        system::start_trace("hf-ssh");
        ssh::end_alike(run(argc, argv));
    } catch (const system::Failure& failure) {
        system::say(failure.what());
        if (!failure.hint().empty()) system::hint(failure.hint());
        finish(system::ends_with_hint());
    } catch (const std::exception& error) {
        system::say(system::printable(error.what()));
    }
    return failed;
}

#include "hfssh/reuse/watcher.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <optional>

#include "hfssh/reuse/mux.hpp"
#include "hfssh/reuse/room.hpp"
#include "hfssh/system/files.hpp"
#include "hfssh/system/platform.hpp"
#include "hfssh/system/spawn.hpp"
#include "hfssh/system/unique_fd.hpp"

namespace hfssh::reuse {
namespace {

constexpr long longest_idle = 3600;  // seconds
constexpr int moment = 50;           // ms; well below `linger`, also on a busy machine
constexpr auto longest_answer = std::chrono::seconds(5);

// A lock that this process holds a copy of would never be free.
void close_all() {
#ifdef __linux__
    for (const std::string& name : system::names_in("/proc/self/fd")) {
#else
    for (const std::string& name : system::names_in("/dev/fd")) {
#endif
        const int fd = std::atoi(name.c_str());
        if (fd > STDERR_FILENO) ::close(fd);
    }
}

void use_null() {
    const system::UniqueFd null = system::open_null();
    for (int stream = STDIN_FILENO; null && stream <= STDERR_FILENO; ++stream)
        ::dup2(null.get(), stream);
}

bool is_readable(int fd, int patience) {
    pollfd watched = {fd, POLLIN, 0};
    return ::poll(&watched, 1, patience) > 0;
}

bool is_running(const GitCommand& command) {
    const auto process = system::find_process(command.process);
    return process && process->started == command.started;
}

// Also one that does not answer. A new process cannot have its number yet: CLIENT's socket is
// closed when it ends, and that was looked at just now.
void end_master(const Mux& client, pid_t master) {
    if (master <= 1) return;
    for (const int number : {SIGTERM, SIGKILL}) {
        ::kill(master, number);
        ::kill(master, SIGCONT);
        if (is_readable(client.descriptor(), 300)) return;
    }
}

// Until the git command has ended (END can be read) or the master has.
void hold(Mux& client, pid_t master, const std::string& socket, int end) {
    constexpr int minute = 60'000;
    for (;;) {
        pollfd watched[2] = {{end, POLLIN, 0}, {client.descriptor(), POLLIN, 0}};
        const int ready = ::poll(watched, 2, minute);
        if (watched[1].revents != 0) return;
        if (watched[0].revents != 0 || (ready == 0 && idle_seconds(socket) > longest_idle)) break;
    }
    end_master(client, master);
    remove_slot(socket);
}

int watch(const std::string& socket, const GitCommand& command, pid_t parent) {
    close_all();
    use_null();
    const system::UniqueFd end(system::watch_process(command.process));
    if (!end || !is_running(command)) return 0;
    for (bool last = false; !last;) {
        last = ::getppid() != parent || is_readable(end.get(), 0);
        auto client = Mux::connect(socket, Mux::Clock::now() + longest_answer);
        if (client) {
            const pid_t master = client->master(Mux::Clock::now() + longest_answer);
            hold(*client, master, socket, end.get());
            return 0;
        }
        (void)is_readable(end.get(), moment);
    }
    return 0;
}

}  // namespace

void start_watcher(const std::string& socket, const GitCommand& command) {
    const pid_t parent = ::getpid();
    system::SpawnOptions options;
    options.parent_death_signal = 0;
    options.directory = "/";
    options.own_session = true;
    const auto body = [&] { return watch(socket, command, parent); };
    (void)system::spawn(body, options);
}

}  // namespace hfssh::reuse

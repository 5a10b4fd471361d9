#pragma once

#include <sys/socket.h>
#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>

// What POSIX does not give: one source file for each system (platform_linux.cpp,
// platform_other.cpp).
namespace hfssh::system {

// For send(2): a reader that is gone is an error, not SIGPIPE. Where there is no such flag the
// socket itself is told (open_local_socket).
#ifdef MSG_NOSIGNAL
inline constexpr int no_signal = MSG_NOSIGNAL;
#else
inline constexpr int no_signal = 0;
#endif

// The running program's file, links resolved; empty if the system does not report it.
[[nodiscard]] std::string executable_file();

// In a child, before exec: ask for SIGNAL when PARENT dies (prctl(2), PR_SET_PDEATHSIG).
// False if the parent is gone already. Does nothing if there is no such thing.
[[nodiscard]] bool end_with_parent(pid_t parent, int signal);

// Closes every descriptor from FIRST up that was left open for a child (without FD_CLOEXEC), except
// those in KEEP (-1 stands for none). What is this program's own, a lock for one, stays.
void close_from(int first, std::initializer_list<int> keep);

// A path through which another process of the same user can open our descriptor FD; empty if
// the system has none.
[[nodiscard]] std::string descriptor_path(int fd);

// A file in memory that no file system has, mode 0600, close-on-exec, for descriptor_path(); -1 if
// the system has none.
[[nodiscard]] int anonymous_file(const char* name);

// A process as the system lists it. STARTED, in units of the system's own, tells it from a later
// one with the same number; NAME is that of the file it runs: of a script its interpreter's.
struct Process {
    pid_t parent = 0;
    pid_t session = 0;
    std::uint64_t started = 0;
    std::string name;
};
// Nullopt if there is no such process, or the system does not show it (Linux without /proc).
[[nodiscard]] std::optional<Process> find_process(pid_t pid);

// A descriptor that can be read once the process PID, not a child, has ended; -1 if the system has
// no such thing (Linux before 5.3).
[[nodiscard]] int watch_process(pid_t pid);

// Notes from now on what is made in the directory PATH, for was_made(); -1 if the system has no
// such thing.
[[nodiscard]] int watch_directory(const std::string& path);
[[nodiscard]] bool was_made(int watch, const std::string& name);

// SIGCHLD comes when there is something to read from this pipe. Does nothing if the system cannot.
void announce_input(int pipe);

// What has come on this TCP connection is acknowledged now, not with what is sent next: a server
// that holds small packets back until the last one is acknowledged (Nagle's algorithm; sshd does
// until a session is up) then does not wait for our timer, 40 ms each time (tcp(7), TCP_QUICKACK).
void acknowledge_at_once(int socket);

// How much there is behind MEMORY, which malloc(3) gave: not less than was asked for. Zero if
// the system does not tell.
[[nodiscard]] std::size_t allocated_size(void* memory);

}  // namespace hfssh::system

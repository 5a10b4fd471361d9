#include "hfssh/system/errand.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "hfssh/system/spawn.hpp"

namespace hfssh::system {
namespace {

// Written before there is a reader, so it does not wait for room.
UniqueFd filled_pipe(std::string_view input) {
    Pipe pipe = make_pipe();
    if (!pipe.read) return {};
    ::fcntl(pipe.write.get(), F_SETFL, O_NONBLOCK);
    const ssize_t count = ::write(pipe.write.get(), input.data(), input.size());
    const bool whole = count >= 0 && static_cast<std::size_t>(count) == input.size();
    return whole ? std::move(pipe.read) : UniqueFd();
}

// It may stay for days: the reader of a descriptor that it kept open would wait for it.
void keep_descriptors_from_child() {
    constexpr int enough = 256;
    for (int fd = STDERR_FILENO + 1; fd < enough; ++fd) {
        const int flags = ::fcntl(fd, F_GETFD);
        if (flags >= 0) ::fcntl(fd, F_SETFD, flags | FD_CLOEXEC);
    }
}

bool reap(pid_t pid, int& status) {
    const pid_t reaped = ::waitpid(pid, &status, WNOHANG);
    return reaped == pid || (reaped < 0 && errno != EINTR);
}

// With whatever it has started: it is the head of a group of its own.
void kill_group(pid_t pid) {
    ::kill(-pid, SIGKILL);
    ::kill(pid, SIGKILL);
    while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
}

}  // namespace

ErrandEnd run_errand(const Command& command, std::string_view input,
                     std::chrono::steady_clock::time_point deadline, Late late,
                     const std::function<bool()>& give_up) {
    const UniqueFd null = open_null();
    UniqueFd source = filled_pipe(input);
    if (!null || !source) return ErrandEnd::no_start;
    keep_descriptors_from_child();
    SpawnOptions options;
    options.standard_input = source.get();
    options.standard_output = options.standard_error = null.get();
    options.parent_death_signal = late == Late::killed ? SIGKILL : 0;
    options.own_session = true;
    Spawned child = spawn(command, options);
    source.reset();
    if (exec_error(child) != 0) {
        if (child.pid > 0) ::waitpid(child.pid, nullptr, 0);
        return ErrandEnd::no_start;
    }
    int status = 0;
    for (useconds_t pause = 500; !reap(child.pid, status);
         pause = std::min<useconds_t>(pause * 2, 50'000)) {
        if (std::chrono::steady_clock::now() >= deadline || give_up()) {
            if (late == Late::killed) kill_group(child.pid);
            return ErrandEnd::late;
        }
        ::usleep(pause);
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? ErrandEnd::done : ErrandEnd::failed;
}

}  // namespace hfssh::system

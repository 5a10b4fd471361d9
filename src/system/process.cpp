#include "hfssh/system/process.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "hfssh/system/failure.hpp"
#include "hfssh/system/spawn.hpp"

namespace hfssh::system {
namespace {

using Clock = std::chrono::steady_clock;

int milliseconds_until(Clock::time_point deadline) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    return static_cast<int>(std::clamp<long long>(left.count() + 1, 0, 1 << 30));
}

enum class Reading { more, too_long };

Reading read_some(UniqueFd& fd, std::string& text, std::size_t limit) {
    char buffer[16384];
    const ssize_t count = ::read(fd.get(), buffer, sizeof buffer);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) return Reading::more;
    if (count <= 0) {
        fd.reset();
        return Reading::more;
    }
    text.append(buffer, static_cast<std::size_t>(count));
    return text.size() > limit ? Reading::too_long : Reading::more;
}

// Without it the child would write to our own streams.
[[noreturn]] void fail(int error) {
    throw Failure(std::string("no program can be started: ") + std::strerror(error),
                  error == EMFILE || error == ENFILE ? "look at the limit: ulimit -n"
                                                     : "look at the limit: ulimit -u");
}

Pipe pipe_or_fail() {
    Pipe pipe = make_pipe();
    if (!pipe.write) fail(errno);
    return pipe;
}

// It stays to be waited for.
bool has_ended(pid_t pid) {
    siginfo_t info = {};
    return ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == pid;
}

// Returns a descriptor from which TEXT and then end of file are read; empty on failure.
UniqueFd holding(std::string_view text) {
    Pipe pipe = make_pipe();
    if (!pipe.write) return {};
    const ssize_t count = ::write(pipe.write.get(), text.data(), text.size());
    if (count != static_cast<ssize_t>(text.size())) return {};
    return std::move(pipe.read);
}

}  // namespace

struct Capture::Child {
    Spawned process;
    UniqueFd output;
    UniqueFd errors;
};

Capture::Capture(const Command& command, Errors errors, std::string_view input)
    : child_(std::make_unique<Child>()) {
    const UniqueFd null = open_null();
    const UniqueFd given = input.empty() ? UniqueFd() : holding(input);
    if (!null && errno != ENOENT && errno != EACCES) fail(errno);
    Pipe output = pipe_or_fail();
    Pipe error_output = errors == Errors::collect ? pipe_or_fail() : Pipe{};
    SpawnOptions options;
    options.standard_input = given ? given.get() : null.get();
    options.standard_output = output.write.get();
    if (errors == Errors::collect) options.standard_error = error_output.write.get();
    if (errors == Errors::discard) options.standard_error = null.get();
    child_->process = spawn(command, options);
    if (child_->process.pid < 0) fail(child_->process.error);
    child_->output = std::move(output.read);
    child_->errors = std::move(error_output.read);
}

Capture::Capture(Capture&& other) noexcept = default;

Capture::~Capture() {
    if (child_) kill();
}

void Capture::kill() {
    pid_t& pid = child_->process.pid;
    if (pid <= 0) return;
    ::kill(pid, SIGKILL);
    while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    pid = -1;
}

Capture::Result::End Capture::read_all(Result& result, Clock::time_point deadline,
                                       std::size_t limit, const std::function<bool()>& give_up) {
    constexpr int moment = 50;
    while (child_->output || child_->errors) {
        pollfd watched[2] = {{child_->output.get(), POLLIN, 0}, {child_->errors.get(), POLLIN, 0}};
        const int left = milliseconds_until(deadline);
        const bool ended = has_ended(child_->process.pid);
        const int ready = ::poll(watched, 2, std::min(left, moment));
        if (ready < 0 && errno == EINTR) continue;
        // Processes that a ProxyCommand leaves may keep the streams open, and write no more.
        if (ready == 0 && ended) return Result::End::exited;
        if (ready == 0 && left > moment && !(give_up && give_up())) continue;
        if (ready <= 0) return Result::End::timed_out;
        if (watched[0].revents != 0 &&
            read_some(child_->output, result.output, limit) == Reading::too_long) {
            return Result::End::too_long;
        }
        if (watched[1].revents != 0 &&
            read_some(child_->errors, result.errors, limit) == Reading::too_long) {
            return Result::End::too_long;
        }
    }
    return Result::End::exited;
}

Capture::Result Capture::wait(Clock::time_point deadline, std::size_t limit,
                              const std::function<bool()>& give_up) {
    using End = Result::End;
    Result result;
    Spawned& process = child_->process;
    result.end = read_all(result, deadline, limit, give_up);
    if (result.end != End::exited) {
        kill();
        return result;
    }
    // A program that closes its streams and lives on is bounded too. The usual one is gone within
    // microseconds: look often at first.
    int status = 0;
    for (useconds_t pause = 20;; pause = std::min<useconds_t>(pause * 2, 5000)) {
        const pid_t reaped = ::waitpid(process.pid, &status, WNOHANG);
        if (reaped == process.pid) break;
        if ((reaped < 0 && errno != EINTR) || Clock::now() >= deadline) {
            result.end = End::timed_out;
            kill();
            return result;
        }
        ::usleep(pause);
    }
    process.pid = -1;
    if (const int error = exec_error(process)) {
        result.end = End::not_started;
        result.status = error;
        return result;
    }
    result.end = WIFSIGNALED(status) ? End::signalled : End::exited;
    result.status = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
    return result;
}

}  // namespace hfssh::system

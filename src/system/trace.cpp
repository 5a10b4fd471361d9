#include "hfssh/system/trace.hpp"

#include <fcntl.h>
#include <sys/time.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <ctime>
#include <string>

#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::system {
namespace {

struct Trace {
    int fd = -1;
    std::string_view program;
    std::chrono::steady_clock::time_point start;
};
constinit Trace state;

bool is_true(std::string_view value) {
    return value == "1" || value == "2" || equal_ignoring_case(value, "true");
}

bool is_false(std::string_view value) {
    return value.empty() || value == "0" || equal_ignoring_case(value, "false");
}

}  // namespace

void start_trace(std::string_view program, Complain complain) {
    const std::string value = environment("HF_SSH_TRACE").value_or("");
    if (is_false(value)) return;
    state.program = program;
    state.start = std::chrono::steady_clock::now();
    if (is_true(value)) {
        state.fd = STDERR_FILENO;
    } else if (value.starts_with('/')) {
        state.fd = ::open(value.c_str(),
                          O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
        if (state.fd < 0 && complain == Complain::yes) {
            say("cannot open the trace file " + display_path(value));
        }
    } else if (complain == Complain::yes) {
        say("HF_SSH_TRACE takes 1, 2 or an absolute path");
    }
}

bool tracing() {
    return state.fd >= 0;
}

int trace_descriptor() {
    return state.fd;
}

void trace(std::string_view text) {
    if (!tracing()) return;
    using std::chrono::duration;
    const double elapsed =
        duration<double, std::milli>(std::chrono::steady_clock::now() - state.start).count();
    timeval now = {};
    ::gettimeofday(&now, nullptr);
    tm local = {};
    ::localtime_r(&now.tv_sec, &local);
    char head[64];
    std::snprintf(head, sizeof head, "%02d:%02d:%02d.%06ld ", local.tm_hour, local.tm_min,
                  local.tm_sec, static_cast<long>(now.tv_usec));
    char cost[32];
    std::snprintf(cost, sizeof cost, " +%.2fms ", elapsed);
    const std::string line = head + std::string(state.program) + cost + printable(text) + "\n";
    // A trace that cannot be written is lost; git's work goes on.
    if (::write(state.fd, line.data(), line.size()) < 0) return;
}

}  // namespace hfssh::system

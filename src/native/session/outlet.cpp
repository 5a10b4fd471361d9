#include "outlet.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "hfssh/system/message.hpp"
#include "hfssh/system/spawn.hpp"
#include "hfssh/system/trace.hpp"

namespace hfssh::native {

namespace {

using transport::Order;
// A signal's handler needs them. Flags as they were; -1: nothing was changed.
std::array<volatile std::sig_atomic_t, 3> flags_before = {-1, -1, -1};
volatile std::sig_atomic_t status_of_end = 0;
struct sigaction abort_before = {};

void dont_block(int stream) {
    struct stat info = {};
    if (::fstat(stream, &info) != 0) return;
    if (!S_ISFIFO(info.st_mode) && !S_ISSOCK(info.st_mode)) return;
    const int flags = ::fcntl(stream, F_GETFL);
    if (flags < 0 || (flags & O_NONBLOCK) != 0) return;
    flags_before[static_cast<std::size_t>(stream)] = flags;
    ::fcntl(stream, F_SETFL, flags | O_NONBLOCK);
}

void restore(int stream) {
    if (stream < STDIN_FILENO || stream > STDERR_FILENO) return;
    const int flags = flags_before[static_cast<std::size_t>(stream)];
    if (flags >= 0) ::fcntl(stream, F_SETFL, flags);
    flags_before[static_cast<std::size_t>(stream)] = -1;
}

void restore_streams() {
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        restore(stream);
}

extern "C" void end_by_signal(int /*number*/) {
    restore_streams();
    ::_exit(status_of_end);
}

// The caller of abort(3) has printed its reason.
extern "C" void abort_by_signal(int number) {
    restore_streams();
    ::sigaction(SIGABRT, &abort_before, nullptr);
    ::raise(number);
}

}  // namespace

StreamMode::StreamMode(int status) {
    status_of_end = status;
    struct sigaction action = {};
    sigfillset(&action.sa_mask);
    action.sa_handler = abort_by_signal;
    ::sigaction(SIGABRT, &action, &abort_before);
    action.sa_handler = end_by_signal;
    for (const int number : {SIGTERM, SIGHUP, SIGINT, SIGQUIT}) {
        struct sigaction before = {};
        if (::sigaction(number, nullptr, &before) == 0 && before.sa_handler != SIG_IGN) {
            ::sigaction(number, &action, nullptr);
        }
    }
    // A signal that comes from now on finds what is to be put back.
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        dont_block(stream);
}

StreamMode::~StreamMode() {
    ::sigaction(SIGABRT, &abort_before, nullptr);
    restore_streams();
}

void Outlet::filled(std::size_t count) {
    begin_ = 0;
    end_ = broken_ ? 0 : count;
}

bool Outlet::drain() {
    bool any = false;
    while (!empty()) {
        const ssize_t count = ::write(descriptor_, buffer_.data() + begin_, end_ - begin_);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
        any = true;
        if (count <= 0) {
            broken_ = true;
            begin_ = end_ = 0;
        } else {
            begin_ += static_cast<std::size_t>(count);
        }
    }
    return any;
}

void Outlet::close() {
    if (closed_) return;
    closed_ = true;
    // Others may go on writing there, and it is theirs as it was.
    restore(descriptor_);
    // Not just closed: the next file opened would take the number.
    const system::UniqueFd null = system::open_null();
    if (null) ::dup2(null.get(), descriptor_);
}

bool fail(const Order& order, const std::string& text) {
    if (order.loudness != Order::Loudness::quiet) system::say(text);
    return false;
}

void tell(const Order& order, const std::string& text) {
    system::trace(text);
    if (order.loudness == Order::Loudness::verbose) system::say(text);
}

}  // namespace hfssh::native

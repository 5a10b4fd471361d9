#include "proxy.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "hfssh/native/line/addresses.hpp"
#include "hfssh/native/line/stream.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/spawn.hpp"

namespace hfssh::native {
namespace {

using system::UniqueFd;

struct Ends {
    UniqueFd ours;
    UniqueFd theirs;
};

Ends make_ends() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return {};
    for (const int end : ends)
        ::fcntl(end, F_SETFD, FD_CLOEXEC);
    ::fcntl(ends[0], F_SETFL, ::fcntl(ends[0], F_GETFL) | O_NONBLOCK);
    return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

Unreached failed(const std::string& why) {
    return {Reach::proxy_failed, std::string(describe(Reach::proxy_failed)) + ": " + why};
}

// For a command that must not ask the user. OpenSSH before 8.4 knows only SSH_ASKPASS.
const std::vector<std::string>& asking_nobody() {
    static const std::vector<std::string> variables = {"SSH_ASKPASS=false",
                                                       "SSH_ASKPASS_REQUIRE=never"};
    return variables;
}

// unix(7), SCM_RIGHTS: one byte, and a descriptor with it.
UniqueFd receive_socket(int from) {
    char byte = 0;
    iovec data = {&byte, 1};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control = {};
    msghdr message = {};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    if (::recvmsg(from, &message, 0) <= 0) return {};
    const cmsghdr* header = CMSG_FIRSTHDR(&message);
    if (header == nullptr || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS ||
        header->cmsg_len != CMSG_LEN(sizeof(int))) {
        return {};
    }
    int fd = -1;
    std::memcpy(&fd, CMSG_DATA(header), sizeof fd);
    ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
    return UniqueFd(fd);
}

// The command has done its work once it has passed the socket through CHANNEL.
std::variant<Stream, Unreached> take_passed_socket(UniqueFd channel, const ProxyProcess& process,
                                                   Deadline deadline, const GiveUp& give_up) {
    constexpr auto moment = std::chrono::milliseconds(100);
    switch (wait_for(channel.get(), POLLIN, deadline, give_up)) {
        case Waited::given_up:
            return Unreached{Reach::given_up, std::string(describe(Reach::given_up))};
        case Waited::timed_out:
            return failed("it passed no connection in time");
        case Waited::ready:
            break;
    }
    UniqueFd socket = receive_socket(channel.get());
    if (!socket) return failed("it passed no connection back");
    channel.reset();
    (void)process.ends_within(moment);
    return Stream(std::move(socket), "ProxyCommand");
}

constexpr auto moment = std::chrono::milliseconds(100);

void reap(pid_t pid) {
    while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
}

}  // namespace

std::variant<Stream, Unreached> start_proxy(const Place& place, Deadline deadline,
                                            const GiveUp& give_up) {
    Ends ends = make_ends();
    const UniqueFd null = system::open_null();
    if (!ends.ours || !null) return failed(std::strerror(errno));
    const std::string shell = system::environment("SHELL").value_or("/bin/sh");
    system::Command command = {shell, {shell, "-c", "exec " + place.proxy_command}};
    system::SpawnOptions options;
    options.standard_input = ends.theirs.get();
    options.standard_output = ends.theirs.get();
    options.parent_death_signal = SIGHUP;
    if (!place.proxy_may_ask) {
        command.environment = asking_nobody();
        options.standard_error = null.get();
        options.parent_death_signal = SIGTERM;
        options.own_session = true;
    }
    system::Spawned child = system::spawn(command, options);
    const int error = system::exec_error(child);
    ProxyProcess process(
        child.pid, options.own_session ? ProxyProcess::Kind::group : ProxyProcess::Kind::member);
    if (error != 0) return failed(system::printable(shell) + ": " + std::strerror(error));
    ends.theirs.reset();
    if (!place.proxy_passes_socket) {
        return Stream(std::move(ends.ours), "ProxyCommand", std::move(process));
    }
    return take_passed_socket(std::move(ends.ours), process, deadline, give_up);
}

ProxyProcess& ProxyProcess::operator=(ProxyProcess&& other) noexcept {
    if (this == &other) return *this;
    end();
    pid_ = std::exchange(other.pid_, -1);
    kind_ = other.kind_;
    return *this;
}

// It is not reaped here: its number, which may be that of its group too, must remain its own until
// it has been signalled.
bool ProxyProcess::ends_within(std::chrono::microseconds time) const {
    constexpr auto pause = std::chrono::milliseconds(1);
    for (std::chrono::microseconds waited{0};; waited += pause) {
        siginfo_t ended = {};
        const int result =
            ::waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOHANG | WNOWAIT);
        if (result == 0 && ended.si_pid == pid_) return true;
        if (result < 0 && errno != EINTR) return true;
        if (waited >= time) return false;
        ::usleep(1000);
    }
}

void ProxyProcess::end() {
    if (pid_ <= 0) return;
    if (kind_ == Kind::member) {
        ::kill(pid_, SIGHUP);
        if (ends_within(moment)) reap(pid_);
    } else {
        const bool by_itself = ends_within(moment);
        ::kill(-pid_, SIGTERM);
        if (!by_itself) {
            (void)ends_within(moment);
            ::kill(-pid_, SIGKILL);
        }
        reap(pid_);
    }
    pid_ = -1;
}

Stream& Stream::operator=(Stream&& other) noexcept {
    if (this == &other) return *this;
    close();
    socket_ = std::move(other.socket_);
    peer_ = std::move(other.peer_);
    proxy_ = std::move(other.proxy_);
    return *this;
}

void Stream::close() {
    socket_.reset();
    proxy_.end();
}

}  // namespace hfssh::native

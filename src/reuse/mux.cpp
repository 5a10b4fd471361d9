#include "hfssh/reuse/mux.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "hfssh/system/platform.hpp"
#include "hfssh/system/spawn.hpp"

namespace hfssh::reuse {
namespace {

using Clock = Mux::Clock;

constexpr std::uint32_t version = 4;
constexpr std::size_t longest_message = 256 * 1024;
constexpr std::uint32_t no_escape = 0xffffffff;

void put_number(std::string& to, std::uint32_t number) {
    for (int shift = 24; shift >= 0; shift -= 8)
        to += static_cast<char>((number >> shift) & 0xffU);
}

void put_string(std::string& to, std::string_view text) {
    put_number(to, static_cast<std::uint32_t>(text.size()));
    to += text;
}

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < 4; ++i)
        number = number << 8U | static_cast<unsigned char>(bytes[at + i]);
    return number;
}

std::string session_request(const Session& session) {
    std::string payload;
    put_number(payload, Message::new_session);
    put_number(payload, 0);  // the request's number
    put_string(payload, {});
    for (int i = 0; i < 4; ++i)
        put_number(payload, 0);  // no terminal, X11, agent or subsystem
    put_number(payload, no_escape);
    put_string(payload, {});  // the terminal's type
    put_string(payload, session.command);
    for (const std::string& variable : session.environment)
        put_string(payload, variable);
    return payload;
}

// A byte with the descriptor, as ssh's mm_receive_fd() takes it.
bool send_descriptor(int socket, int descriptor) {
    char byte = 0;
    iovec data = {&byte, 1};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control = {};
    msghdr message = {};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
    for (;;) {
        const ssize_t sent = ::sendmsg(socket, &message, system::no_signal);
        if (sent >= 0 || errno != EINTR) return sent == 1;
    }
}

// True if something can be read until then.
bool wait_readable(int socket, Clock::time_point until) {
    for (;;) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
        const bool for_ever = until == Clock::time_point::max();
        pollfd watched = {socket, POLLIN, 0};
        const int patience =
            for_ever ? -1 : static_cast<int>(std::clamp<long long>(left + 1, 0, 60'000));
        const int ready = ::poll(&watched, 1, patience);
        if (ready > 0) return true;
        if (ready < 0 && errno != EINTR) return false;
        if (!for_ever && Clock::now() >= until) return false;
    }
}

}  // namespace

std::optional<Message> take_message(std::string& bytes, bool& broken) {
    broken = false;
    if (bytes.size() < 4) return std::nullopt;
    const std::size_t length = number_at(bytes, 0);
    if (length < 4 || length > longest_message) {
        broken = true;
        bytes.clear();
        return std::nullopt;
    }
    if (bytes.size() < 4 + length) return std::nullopt;
    const std::string_view payload = std::string_view(bytes).substr(4, length);
    Message message;
    message.type = number_at(payload, 0);
    if (length >= 8) message.first = number_at(payload, 4);
    if (length >= 12) message.second = number_at(payload, 8);
    bytes.erase(0, 4 + length);
    return message;
}

std::optional<Mux> Mux::connect(const std::string& path, Clock::time_point until) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) return std::nullopt;
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    // Not blocking: a stopped master whose queue is full must not hold us.
    system::UniqueFd socket = system::open_local_socket();
    if (!socket) return std::nullopt;
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        return std::nullopt;
    }
    ::fcntl(socket.get(), F_SETFL, 0);
    Mux mux(std::move(socket));
    std::string greeting;
    put_number(greeting, Message::hello);
    put_number(greeting, version);
    if (!mux.send(greeting)) return std::nullopt;
    const auto answer = mux.next(until);
    if (!answer || answer->type != Message::hello || answer->first != version) return std::nullopt;
    return mux;
}

bool Mux::send(std::string_view payload) {
    std::string bytes;
    put_string(bytes, payload);
    std::string_view rest = bytes;
    while (!rest.empty()) {
        const ssize_t sent = ::send(socket_.get(), rest.data(), rest.size(), system::no_signal);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return false;
        rest.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

std::optional<Message> Mux::next(Clock::time_point until) {
    std::array<char, 4096> buffer = {};
    for (bool broken = false; !broken;) {
        if (const auto message = take_message(bytes_, broken)) return message;
        if (broken || !wait_readable(socket_.get(), until)) break;
        const ssize_t count = ::read(socket_.get(), buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        bytes_.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return std::nullopt;
}

bool Mux::request(const Session& session, const std::array<int, 3>& streams) {
    if (!send(session_request(session))) return false;
    return std::ranges::all_of(streams,
                               [&](int stream) { return send_descriptor(socket_.get(), stream); });
}

Mux::Reply Mux::opened(Clock::time_point until) {
    while (const auto message = next(until)) {
        if (message->type == Message::session_opened) return Reply::opened;
        if (message->type == Message::failure || message->type == Message::permission_denied) {
            return Reply::refused;
        }
    }
    return Reply::lost;
}

std::optional<int> Mux::exit_status(Clock::time_point until) {
    std::optional<int> status;
    // The master closes when the session's last bytes have been written.
    while (const auto message = next(until)) {
        if (message->type == Message::exit_message) status = static_cast<int>(message->second);
    }
    return status;
}

pid_t Mux::master(Clock::time_point until) {
    std::string payload;
    put_number(payload, Message::alive_check);
    put_number(payload, 0);
    if (!send(payload)) return 0;
    while (const auto message = next(until)) {
        if (message->type == Message::alive) return static_cast<pid_t>(message->second);
    }
    return 0;
}

constexpr std::array<std::string_view, 3> names = {"none", "after", "beside"};

std::string_view name_of(Allowed allowed) {
    return names[static_cast<std::size_t>(allowed)];
}

std::optional<Allowed> allowed_by_name(std::string_view name) {
    const auto* const found = std::ranges::find(names, name);
    if (found == names.end()) return std::nullopt;
    return static_cast<Allowed>(found - names.begin());
}

Allowed try_two_sessions(const std::string& path, const std::function<bool()>& give_up) {
    const auto until = Clock::now() + std::chrono::seconds(5);
    const system::UniqueFd null = system::open_null();
    const std::array<int, 3> streams = {null.get(), null.get(), null.get()};
    auto first = Mux::connect(path, until);
    auto second = Mux::connect(path, until);
    // Both are on their way before the server can have answered one.
    if (!null || !first || !second || !first->request({}, streams) ||
        !second->request({}, streams)) {
        return Allowed::none;
    }
    int open = 0;
    for (Mux* session : {&*first, &*second}) {  // either may be the one that is refused
        const auto reply = session->opened(until);
        if (give_up() || reply == Mux::Reply::lost) return Allowed::none;
        if (reply == Mux::Reply::refused) continue;
        if (!session->exit_status(until)) return Allowed::none;
        ++open;
    }
    const bool goes_on = Mux::connect(path, until).has_value();
    if (!goes_on || open == 0) return Allowed::none;
    return open == 2 ? Allowed::beside : Allowed::after;
}

}  // namespace hfssh::reuse

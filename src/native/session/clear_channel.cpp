#include "clear_channel.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "hfssh/native/line/waiting.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::native {
namespace {

#ifdef MSG_NOSIGNAL
constexpr int send_flags = MSG_NOSIGNAL;
#else
constexpr int send_flags = 0;  // SO_NOSIGPIPE instead
#endif

bool try_again() {
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

std::string explain(Waited waited) {
    return waited == Waited::given_up ? "interrupted" : "the server did not answer in time";
}

std::string explain(int error) {
    return std::string("the connection broke: ") + std::strerror(error);
}

}  // namespace

std::string_view own_version() {
    return "SSH-2.0-hf-ssh_" HFSSH_VERSION;
}

std::string ClearChannel::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(stream_.socket(), bytes.data(), bytes.size(), send_flags);
        if (sent > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(sent));
            continue;
        }
        if (sent < 0 && !try_again()) return explain(errno);
        const Waited waited = wait_for(stream_.socket(), POLLOUT, deadline_, give_up_);
        if (waited != Waited::ready) return explain(waited);
    }
    return {};
}

// A server that has enough of us may say so in place of a version line.
std::string ClearChannel::say_closed() const {
    constexpr std::size_t most = 200;
    const auto lines = system::lines(received_);
    if (lines.empty() || lines.front().starts_with("SSH-")) {
        return "the server closed the connection";
    }
    return "the server closed the connection, and said: " +
           system::printable(system::trim(lines.front().substr(0, most)));
}

std::string ClearChannel::receive_more() {
    bool was_reset = false;
    for (;;) {
        const Waited waited = wait_for(stream_.socket(), POLLIN, deadline_, give_up_);
        if (waited != Waited::ready) return explain(waited);
        char buffer[16384];
        const ssize_t count = ::recv(stream_.socket(), buffer, sizeof buffer, 0);
        if (count < 0 && try_again()) continue;
        // Whoever closes without having read all of ours resets the line; what they have said may
        // still be here, behind the error.
        if (count < 0 && errno == ECONNRESET && !std::exchange(was_reset, true)) continue;
        if (count == 0 || (count < 0 && errno == ECONNRESET)) return say_closed();
        if (count < 0) return explain(errno);
        received_.append(buffer, static_cast<std::size_t>(count));
        return {};
    }
}

std::string ClearChannel::greet(ServerOffer& offer) {
    // Who does not take it may have said why.
    (void)send(std::string(own_version()) + "\r\n");
    for (;;) {
        auto read = read_server_offer(received_);
        if (auto* found = std::get_if<ServerOffer>(&read)) {
            received_.erase(0, found->length);
            offer = std::move(*found);
            return {};
        }
        const auto problem = std::get<OfferProblem>(read);
        if (problem != OfferProblem::incomplete) return std::string(describe(problem));
        if (std::string broken = receive_more(); !broken.empty()) return broken;
    }
}

std::string ClearChannel::receive(unsigned message, std::string& payload) {
    for (;;) {
        const auto read = read_clear_packet(received_);
        if (const auto* packet = std::get_if<ClearPacket>(&read)) {
            const unsigned found = packet->message;
            payload = packet->payload;
            received_.erase(0, packet->length);
            if (found == message) return {};
            if (found == message::disconnect) return "the server ended the connection";
            const bool harmless = found == message::ignore || found == message::debug ||
                                  found == message::unimplemented;
            if (!harmless) return "the server's answer is not what was asked for";
            continue;
        }
        if (std::get<PacketProblem>(read) == PacketProblem::broken) {
            return "the server's answer is damaged";
        }
        if (std::string broken = receive_more(); !broken.empty()) return broken;
    }
}

}  // namespace hfssh::native

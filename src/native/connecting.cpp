#include "hfssh/native/connecting.hpp"

#include <fcntl.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace hfssh::native {
namespace {

struct InterfaceDeleter {
    void operator()(ifaddrs* list) const { ::freeifaddrs(list); }
};

Reach reach_of(int error) {
    switch (error) {
        case ECONNREFUSED:
            return Reach::refused;
        case ETIMEDOUT:
            return Reach::timed_out;
        case ENETUNREACH:
        case EHOSTUNREACH:
        case ENETDOWN:
        case EHOSTDOWN:
        case EAFNOSUPPORT:   // this machine has no IPv6
        case EADDRNOTAVAIL:  // or no address from which it could be used
            return Reach::unreachable;
        default:
            return Reach::failed;
    }
}

void fail(Attempt& attempt, Reach reach, int error) {
    attempt.socket.reset();
    attempt.reach = reach;
    attempt.text = std::string(describe(reach)) + ": " + describe(attempt.address);
    if (reach == Reach::failed || reach == Reach::no_source) {
        attempt.text += std::string(": ") + std::strerror(error);
    }
}

system::UniqueFd open_socket(int family) {
#ifdef __linux__
    return system::UniqueFd(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
#else
    system::UniqueFd fd(::socket(family, SOCK_STREAM, 0));
    if (fd) {
        ::fcntl(fd.get(), F_SETFD, FD_CLOEXEC);
        ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
    }
    return fd;
#endif
}

// A packet of a few bytes must not wait for the last one's acknowledgement.
void send_at_once(int socket) {
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

int bind_address(int socket, int family, const std::string& address) {
    const auto wanted = family == AF_INET6 ? Place::Family::ipv6 : Place::Family::ipv4;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    const auto found = look_up(address, "0", wanted, deadline, {});
    const auto* addresses = std::get_if<std::vector<Address>>(&found);
    if (addresses == nullptr) return EADDRNOTAVAIL;
    const Address& first = addresses->front();
    return ::bind(socket, first.get(), first.length) == 0 ? 0 : errno;
}

int bind_interface(int socket, int family, const std::string& name) {
    ifaddrs* list = nullptr;
    if (::getifaddrs(&list) != 0) return errno;
    const std::unique_ptr<ifaddrs, InterfaceDeleter> owner(list);
    for (const ifaddrs* one = list; one != nullptr; one = one->ifa_next) {
        if (one->ifa_addr == nullptr || one->ifa_addr->sa_family != family) continue;
        if (name != one->ifa_name) continue;
        const socklen_t length = family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
        return ::bind(socket, one->ifa_addr, length) == 0 ? 0 : errno;
    }
    return ENODEV;
}

}  // namespace

int bind_source(int socket, int family, const Place& place) {
    // As ssh(1): an address outweighs an interface.
    if (!place.bind_address.empty()) return bind_address(socket, family, place.bind_address);
    if (!place.bind_interface.empty()) return bind_interface(socket, family, place.bind_interface);
    return 0;
}

Attempt start_attempt(const Place& place, const Address& address) {
    Attempt attempt;
    attempt.address = address;
    attempt.start = std::chrono::steady_clock::now();
    attempt.socket = open_socket(address.family());
    if (!attempt.socket) {
        fail(attempt, reach_of(errno), errno);
        return attempt;
    }
    if (const int error = bind_source(attempt.socket.get(), address.family(), place)) {
        fail(attempt, Reach::no_source, error);
        return attempt;
    }
    send_at_once(attempt.socket.get());
    const int connected = ::connect(attempt.socket.get(), address.get(), address.length);
    if (connected == 0) {
        settle(attempt);
    } else if (errno != EINPROGRESS && errno != EINTR) {
        fail(attempt, reach_of(errno), errno);
    }
    return attempt;
}

void settle(Attempt& attempt) {
    int error = 0;
    socklen_t length = sizeof error;
    if (::getsockopt(attempt.socket.get(), SOL_SOCKET, SO_ERROR, &error, &length) != 0) {
        error = errno;
    }
    if (error != 0) {
        fail(attempt, reach_of(error), error);
        return;
    }
    attempt.reach = Reach::connected;
    attempt.text = describe(attempt.address);
}

void abandon(Attempt& attempt, Reach reach) {
    fail(attempt, reach, 0);
}

}  // namespace hfssh::native

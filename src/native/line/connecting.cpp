#include "connecting.hpp"

#include <fcntl.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>
#include <variant>

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

int bind_address(int socket, int family, const std::vector<Address>& addresses) {
    const auto found =
        std::find_if(addresses.begin(), addresses.end(),
                     [family](const Address& address) { return address.family() == family; });
    if (found == addresses.end()) return EADDRNOTAVAIL;
    return ::bind(socket, found->get(), found->length) == 0 ? 0 : errno;
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

// errno; 0 if nothing is asked for.
int bind_source(int socket, int family, const Source& source) {
    if (source.error != 0) return source.error;
    // As ssh(1): an address outweighs an interface.
    if (!source.addresses.empty()) return bind_address(socket, family, source.addresses);
    if (!source.interface.empty()) return bind_interface(socket, family, source.interface);
    return 0;
}

int error_of(Reach lookup) {
    switch (lookup) {
        case Reach::given_up:
            return ECANCELED;
        case Reach::name_timed_out:
            return ETIMEDOUT;
        default:
            return EADDRNOTAVAIL;
    }
}

}  // namespace

Source find_source(const Place& place, Deadline deadline, const GiveUp& give_up) {
    if (place.bind_address.empty()) return {{}, 0, place.bind_interface};
    auto found = look_up(place.bind_address, "0", Place::Family::any, deadline, give_up);
    if (const auto* problem = std::get_if<Unreached>(&found)) return {{}, error_of(problem->reach)};
    return {std::get<std::vector<Address>>(std::move(found)), 0};
}

Attempt start_attempt(const Source& source, const Address& address) {
    Attempt attempt;
    attempt.address = address;
    attempt.start = std::chrono::steady_clock::now();
    attempt.socket = open_socket(address.family());
    if (!attempt.socket) {
        fail(attempt, reach_of(errno), errno);
        return attempt;
    }
    if (const int error = bind_source(attempt.socket.get(), address.family(), source)) {
        fail(attempt, error == ECANCELED ? Reach::given_up : Reach::no_source, error);
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

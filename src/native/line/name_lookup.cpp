#include "name_lookup.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>

#include "hfssh/system/message.hpp"

namespace hfssh::native {
namespace {

struct Answer {
    int error = 0;         // of getaddrinfo(3)
    int system_error = 0;  // errno, for EAI_SYSTEM
    std::vector<Address> addresses;
};

struct AddrinfoDeleter {
    void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

int family_number(Place::Family family) {
    if (family == Place::Family::any) return AF_UNSPEC;
    return family == Place::Family::ipv6 ? AF_INET6 : AF_INET;
}

bool same(const Address& a, const Address& b) {
    return a.length == b.length && std::memcmp(&a.bytes, &b.bytes, a.length) == 0;
}

Answer ask(const std::string& host, const std::string& port, Place::Family family, int flags) {
    addrinfo wanted = {};
    wanted.ai_family = family_number(family);
    wanted.ai_socktype = SOCK_STREAM;
    wanted.ai_flags = flags | AI_NUMERICSERV;
    addrinfo* list = nullptr;
    Answer answer;
    answer.error = ::getaddrinfo(host.c_str(), port.c_str(), &wanted, &list);
    answer.system_error = errno;
    if (answer.error != 0) return answer;
    const std::unique_ptr<addrinfo, AddrinfoDeleter> owner(list);
    for (const addrinfo* one = list; one != nullptr; one = one->ai_next) {
        if (one->ai_family != AF_INET && one->ai_family != AF_INET6) continue;
        Address address;
        std::memcpy(&address.bytes, one->ai_addr, one->ai_addrlen);
        address.length = one->ai_addrlen;
        const bool known = std::any_of(answer.addresses.begin(), answer.addresses.end(),
                                       [&](const Address& other) { return same(address, other); });
        if (!known) answer.addresses.push_back(address);
    }
    return answer;
}

// What the thread and its waiter share; the last one frees it.
struct Shared {
    std::mutex mutex;
    std::condition_variable answered;
    bool done = false;
    Answer answer;
};

// It takes no signal: one that is meant for this process must not be lost in a thread that nobody
// waits for.
void start(const std::shared_ptr<Shared>& shared, const std::string& host, const std::string& port,
           Place::Family family) {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    ::pthread_sigmask(SIG_BLOCK, &all, &before);
    try {
        std::thread([shared, host, port, family] {
            Answer answer = ask(host, port, family, 0);
            const std::lock_guard<std::mutex> lock(shared->mutex);
            shared->answer = std::move(answer);
            shared->done = true;
            shared->answered.notify_all();
        }).detach();
    } catch (const std::system_error&) {
        shared->answer.error = EAI_MEMORY;
        shared->done = true;
    }
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Reach reach_of(int error) {
    switch (error) {
        case EAI_NONAME:
            return Reach::no_such_name;
#ifdef EAI_NODATA  // this one and the next are GNU's
        case EAI_NODATA:
#endif
#ifdef EAI_ADDRFAMILY
        case EAI_ADDRFAMILY:
#endif
#if defined(EAI_NODATA) || defined(EAI_ADDRFAMILY)
            return Reach::no_address;
#endif
        default:
            return Reach::name_failed;
    }
}

std::string reason(const Answer& answer) {
    if (answer.error == EAI_SYSTEM) return std::strerror(answer.system_error);
    return ::gai_strerror(answer.error);
}

std::variant<std::vector<Address>, Unreached> judge(Answer answer, const std::string& host) {
    const std::string name = system::printable(host);
    if (answer.error != 0) {
        const Reach reach = reach_of(answer.error);
        std::string text = std::string(describe(reach)) + ": " + name;
        if (reach == Reach::name_failed) text += ": " + system::printable(reason(answer));
        return Unreached{reach, text};
    }
    if (answer.addresses.empty()) {
        return Unreached{Reach::no_address, std::string(describe(Reach::no_address)) + ": " + name};
    }
    return std::move(answer.addresses);
}

}  // namespace

std::string host_text(const Address& address) {
    char host[NI_MAXHOST] = {};
    if (::getnameinfo(address.get(), address.length, host, sizeof host, nullptr, 0,
                      NI_NUMERICHOST) != 0) {
        return "an address";
    }
    return host;
}

std::string describe(const Address& address) {
    char port[NI_MAXSERV] = {};
    if (::getnameinfo(address.get(), address.length, nullptr, 0, port, sizeof port,
                      NI_NUMERICSERV) != 0) {
        return host_text(address);
    }
    return host_text(address) + " port " + port;
}

std::variant<std::vector<Address>, Unreached> look_up(const std::string& host,
                                                      const std::string& port, Place::Family family,
                                                      Deadline deadline, const GiveUp& give_up) {
    // An address needs no name service, and no thread.
    Answer numeric = ask(host, port, family, AI_NUMERICHOST);
    if (numeric.error != EAI_NONAME) return judge(std::move(numeric), host);
    const auto shared = std::make_shared<Shared>();
    start(shared, host, port, family);
    constexpr auto moment = std::chrono::milliseconds(50);
    std::unique_lock<std::mutex> lock(shared->mutex);
    for (;;) {
        const auto now = std::chrono::steady_clock::now();
        const auto until = give_up ? std::min(deadline, now + moment) : deadline;
        if (shared->answered.wait_until(lock, until, [&] { return shared->done; })) break;
        const bool over = std::chrono::steady_clock::now() >= deadline;
        if (!over && !(give_up && give_up())) continue;
        const Reach reach = over ? Reach::name_timed_out : Reach::given_up;
        return Unreached{reach, std::string(describe(reach)) + ": " + system::printable(host)};
    }
    return judge(std::move(shared->answer), host);
}

std::vector<Address> in_turns(const std::vector<Address>& addresses) {
    std::vector<Address> result;
    if (addresses.empty()) return result;
    std::vector<Address> first;
    std::vector<Address> other;
    for (const Address& address : addresses) {
        (address.family() == addresses.front().family() ? first : other).push_back(address);
    }
    for (std::size_t i = 0; i < std::max(first.size(), other.size()); ++i) {
        if (i < first.size()) result.push_back(first[i]);
        if (i < other.size()) result.push_back(other[i]);
    }
    return result;
}

}  // namespace hfssh::native

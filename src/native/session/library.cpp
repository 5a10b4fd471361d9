#include "library.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <new>
#include <string_view>
#include <utility>
#include <vector>

#include "hfssh/system/message.hpp"
#include "hfssh/system/platform.hpp"
#include "hfssh/system/text.hpp"
#include "hfssh/transport/order.hpp"

namespace hfssh::native {
namespace {

// libssh2_init(3) is not to be called by two threads at once.
void start_library() {
    static std::once_flag once;
    std::call_once(once, [] {
        if (::libssh2_init(0) != 0) throw std::bad_alloc();
    });
}

std::vector<std::string> supported(LIBSSH2_SESSION* session, int method) {
    const char** names = nullptr;
    const int count = ::libssh2_session_supported_algs(session, method, &names);
    std::vector<std::string> result;
    for (int i = 0; i < count; ++i)
        result.emplace_back(names[i]);
    if (count > 0) ::libssh2_free(session, static_cast<void*>(names));
    return result;
}

// Room after what the library allocates: libssh2 1.10 takes a key of the server's to have the
// length that it should have, up to 133 bytes for a point of nistp521, and reads on past a
// shorter one.
constexpr std::size_t suffix = 256;

// Not left out, though no one reads the memory any more.
void wipe(void* memory, std::size_t size) {
    std::memset(memory, 0, size);
    asm volatile("" : : "r"(memory) : "memory");
}

}  // namespace

// Callbacks of libssh2. ABSTRACT points to the session.
struct LibrarySession::Callbacks {
    // A window is 4 MiB, no message longer than 256 KiB. A line of one letter costs hundreds of
    // bytes, but more than this, all together, is a server that sends unrequested data: no
    // more is read. The library does not everywhere survive being refused memory.
    static constexpr std::size_t most_read = std::size_t{128} << 20;
    // More than that is a length gone wrong, or the library going round in circles (1.11, where a
    // bit turned in the server's offer).
    static constexpr std::size_t most = std::size_t{256} << 20;

    // All of it is malloc's own: the library lets go, as if it had allocated them, of signatures
    // that libcrypto has (1.11, ECDSA).
    static void* allocate(std::size_t size, void** abstract) {
        std::size_t& held = session(abstract).held_;
        if (size > most || held > most - size) {
            session(abstract).overfull_ = true;
            return nullptr;
        }
        auto* block = static_cast<char*>(std::malloc(size + suffix));
        if (block == nullptr) return nullptr;
        std::memset(block + size, 0, suffix);
        held += system::allocated_size(block);
        return block;
    }

    // Private keys have stood in some of it.
    static void release(void* memory, void** abstract) {
        if (memory == nullptr) return;
        const std::size_t size = system::allocated_size(memory);
        session(abstract).messages_.look_at({static_cast<const char*>(memory), size});
        session(abstract).held_ -= std::min(session(abstract).held_, size);
        wipe(memory, size);
        std::free(memory);
    }

    static void* reallocate(void* memory, std::size_t size, void** abstract) {
        const std::size_t before = memory == nullptr ? 0 : system::allocated_size(memory);
        if (memory != nullptr && before == 0) {
            return size > most ? nullptr : std::realloc(memory, size + suffix);
        }
        void* block = allocate(size, abstract);
        if (block == nullptr || memory == nullptr) return block;
        std::memcpy(block, memory, std::min(before, size));
        release(memory, abstract);
        return block;
    }

    // Also for the socket of an agent, which may block: the user may be asked.
    static ssize_t send(libssh2_socket_t socket, const void* bytes, std::size_t size, int flags,
                        void** abstract) {
        if (session(abstract).owns(socket)) {
            return session(abstract).take(static_cast<const char*>(bytes), size);
        }
        const ssize_t count = ::send(socket, bytes, size, flags | system::no_signal);
        return count < 0 ? -errno : count;
    }

    static ssize_t receive(libssh2_socket_t socket, void* buffer, std::size_t size, int flags,
                           void** abstract) {
        // The library reads on for as long as there is anything.
        if (session(abstract).owns(socket)) {
            if (session(abstract).held_ > most_read) return session(abstract).refuse_more();
            if (!session(abstract).may_read()) return -EAGAIN;
        }
        const ssize_t count = ::recv(socket, buffer, size, flags);
        const int error = errno;
        if (!session(abstract).owns(socket)) return count < 0 ? -error : count;
        std::string& start = session(abstract).start_;
        if (count > 0 && start.size() < std::string_view("HTTP/").size()) {
            start.append(static_cast<const char*>(buffer), static_cast<std::size_t>(count));
        }
        return session(abstract).heard(count, error);
    }

    static void disconnected(LIBSSH2_SESSION* /*session*/, int /*reason*/, const char* message,
                             int length, const char* /*language*/, int /*language_length*/,
                             void** abstract) {
        const bool has_text = message != nullptr && length > 0;
        session(abstract).goodbye_ =
            has_text
                ? system::printable(std::string_view(message, static_cast<std::size_t>(length)))
                : "(no reason given)";
    }

    static LibrarySession& session(void** abstract) {
        return *static_cast<LibrarySession*>(*abstract);
    }
};

void MessageWatch::look_at(std::string_view freed) {
    using std::string_view_literals::operator""sv;
    constexpr std::string_view exit_status =
        "\0\0\0\x0b"
        "exit-status"sv;
    // RFC 4254 section 9.
    constexpr char channel_open_confirmation = 91;
    constexpr char channel_request = 98;
    constexpr std::size_t header = 5;  // the message's number and the channel's
    if (freed.empty()) return;
    if (freed.front() == channel_open_confirmation) works_ = true;
    if (freed.front() != channel_request || freed.size() < header) return;
    if (freed.substr(header).starts_with(exit_status)) status_told_ = true;
}

// libssh2 calls back during init, so the members before session_ must be initialised first.
LIBSSH2_SESSION* LibrarySession::make() {
    start_library();
    return ::libssh2_session_init_ex(Callbacks::allocate, Callbacks::release, Callbacks::reallocate,
                                     this);
}

LibrarySession::LibrarySession(Stream stream) : stream_(std::move(stream)), session_(make()) {
    if (session_ == nullptr) throw std::bad_alloc();
    const auto set = [this](int which, auto* function) {
#if LIBSSH2_VERSION_NUM >= 0x010b01
        ::libssh2_session_callback_set2(session_, which,
                                        reinterpret_cast<libssh2_cb_generic*>(function));
#else
        ::libssh2_session_callback_set(session_, which, reinterpret_cast<void*>(function));
#endif
    };
    set(LIBSSH2_CALLBACK_SEND, &Callbacks::send);
    set(LIBSSH2_CALLBACK_RECV, &Callbacks::receive);
    set(LIBSSH2_CALLBACK_DISCONNECT, &Callbacks::disconnected);
    ::libssh2_session_set_blocking(session_, 0);
    ::libssh2_session_banner_set(session_, "SSH-2.0-hf-ssh_" HFSSH_VERSION);
}

LibrarySession::~LibrarySession() {
    // On a dead socket the library waits for nothing, and so frees everything at once.
    ::shutdown(stream_.socket(), SHUT_RDWR);
    ::libssh2_session_free(session_);
}

long LibrarySession::refuse_more() {
    overfull_ = true;
    line_ = Line::broken;
    return -EAGAIN;
}

bool LibrarySession::may_read() const {
    return may_read_ > 0 && std::chrono::steady_clock::now() < read_until_;
}

// The library throws away what it has received once the line is broken. It never hears of that: to
// it there is just nothing more to read yet.
long LibrarySession::heard(long count, int error) {
    if (count > 0) {
        may_read_ -= std::min(may_read_, static_cast<std::size_t>(count));
        last_heard_ = std::chrono::steady_clock::now();
        return count;
    }
    if (count == 0) {
        line_ = Line::closed;
    } else if (error != EAGAIN && error != EWOULDBLOCK && error != EINTR) {
        line_ = Line::broken;
        line_error_ = error;
    }
    return -EAGAIN;
}

void LibrarySession::flush() {
    while (unsent() > 0) {
        const ssize_t count =
            ::send(stream_.socket(), outgoing_.data() + sent_, unsent(), system::no_signal);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
        // The far end reads no more. Data that has arrived may still be read.
        sent_ += count < 0 ? unsent() : static_cast<std::size_t>(count);
    }
    outgoing_.clear();
    sent_ = 0;
}

// The library says NEWKEYS (RFC 4253 section 7.3) once it has verified the server's signature, and
// the first is the last packet that it sends in clear.
void LibrarySession::look_for_proof(std::string_view packet) {
    constexpr char newkeys = 21;
    constexpr std::size_t behind_lengths = 5;
    if (!proven_host_key_.empty() || packet.size() <= behind_lengths ||
        packet[behind_lengths] != newkeys) {
        return;
    }
    std::size_t length = 0;
    int type = 0;
    const char* blob = ::libssh2_session_hostkey(session_, &length, &type);
    if (blob != nullptr) proven_host_key_.assign(blob, length);
}

long LibrarySession::take(const char* bytes, std::size_t size) {
    look_for_proof({bytes, size});
    if (sent_ > unsent()) {
        outgoing_.erase(0, sent_);
        sent_ = 0;
    }
    ++packets_sent_;
    outgoing_.append(bytes, size);
    flush();
    return static_cast<long>(size);
}

bool LibrarySession::supports(int method, const std::string& name) const {
    const auto names = supported(session_, method);
    return std::find(names.begin(), names.end(), name) != names.end();
}

bool LibrarySession::allow(int method, const std::string& names) {
    const auto known = supported(session_, method);
    std::vector<std::string> both;
    for (const std::string_view name : system::split(names, ',')) {
        if (std::find(known.begin(), known.end(), name) != known.end()) both.emplace_back(name);
    }
    if (both.empty()) return false;
    allowed_[method] = system::join(both, ",");
    // Entries among the key exchanges that are none: without them libssh2 1.11.0 is not told
    // which signatures the server takes (RFC 8308), and does without strict key exchange.
    if (method == LIBSSH2_METHOD_KEX) {
        for (const char* marker : {"ext-info-c", "kex-strict-c-v00@openssh.com"}) {
            if (std::find(known.begin(), known.end(), marker) != known.end())
                both.emplace_back(marker);
        }
    }
    return ::libssh2_session_method_pref(session_, method, system::join(both, ",").c_str()) == 0;
}

bool LibrarySession::narrow(int method, const std::string& names) {
    const auto wanted = system::split(names, ',');
    std::vector<std::string> both;
    for (const std::string_view name : system::split(allowed_[method], ',')) {
        if (std::find(wanted.begin(), wanted.end(), name) != wanted.end()) both.emplace_back(name);
    }
    return !both.empty() && allow(method, system::join(both, ","));
}

int LibrarySession::run(const std::function<int()>& call, Deadline deadline,
                        const GiveUp& give_up) {
    read_until(deadline);
    late_ = false;
    for (;;) {
        const int result = call();
        if (result != LIBSSH2_ERROR_EAGAIN) return result;
        if (hung_up()) return LIBSSH2_ERROR_SOCKET_DISCONNECT;
        late_ = std::chrono::steady_clock::now() >= deadline;
        if (late_) return LIBSSH2_ERROR_TIMEOUT;
        system::acknowledge_at_once(stream_.socket());
        const int events = unsent() > 0 ? POLLIN | POLLOUT : POLLIN;
        switch (wait_for(stream_.socket(), static_cast<short>(events), deadline, give_up)) {
            case Waited::ready:
                flush();
                break;
            case Waited::timed_out:
                late_ = true;
                return LIBSSH2_ERROR_TIMEOUT;
            case Waited::given_up:
                return gave_up;
        }
    }
}

std::string LibrarySession::last_error() const {
    if (!goodbye_.empty()) return "the server disconnected: " + goodbye_;
    if (overfull_) return "the server sent an unreasonable amount of data";
    if (start_.starts_with("HTTP/")) return transport::speaks_http;
    if (line_ == Line::closed) return "the server closed the connection";
    if (line_ == Line::broken) return std::strerror(line_error_);
    // The library's own words would be "Would block".
    if (late_) return "the server did not answer in time";
    char* text = nullptr;
    int length = 0;
    ::libssh2_session_last_error(session_, &text, &length, 0);
    if (text == nullptr || length <= 0) return "an error that libssh2 does not name";
    return system::printable(std::string_view(text, static_cast<std::size_t>(length)));
}

// Without Diffie-Hellman by groups: there libssh2 1.10 frees a host key twice that could not be
// read (kex.c), which any server can bring about.
bool allow_modern_only(LibrarySession& session) {
    constexpr std::string_view ciphers =
        "chacha20-poly1305@openssh.com,aes128-gcm@openssh.com,aes256-gcm@openssh.com,aes128-ctr,"
        "aes192-ctr,aes256-ctr";
    constexpr std::string_view macs =
        "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha2-256,hmac-sha2-512";
    const std::array<std::pair<int, std::string_view>, 5> allowed = {{
        {LIBSSH2_METHOD_KEX,
         "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,"
         "ecdh-sha2-nistp521"},
        {LIBSSH2_METHOD_CRYPT_CS, ciphers},
        {LIBSSH2_METHOD_CRYPT_SC, ciphers},
        {LIBSSH2_METHOD_MAC_CS, macs},
        {LIBSSH2_METHOD_MAC_SC, macs},
    }};
    return std::all_of(allowed.begin(), allowed.end(), [&](const auto& method) {
        return session.allow(method.first, std::string(method.second));
    });
}

}  // namespace hfssh::native

#include "hfssh/native/library.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <new>
#include <string_view>
#include <utility>
#include <vector>

#include "hfssh/native/clear_channel.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"

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

short directions(LIBSSH2_SESSION* session) {
    const int blocked = ::libssh2_session_block_directions(session);
    int events = 0;
    if ((blocked & LIBSSH2_SESSION_BLOCK_INBOUND) != 0) events |= POLLIN;
    if ((blocked & LIBSSH2_SESSION_BLOCK_OUTBOUND) != 0) events |= POLLOUT;
    return static_cast<short>(events == 0 ? POLLIN : events);
}

}  // namespace

LibrarySession::LibrarySession(Stream stream) : stream_(std::move(stream)) {
    start_library();
    session_ = ::libssh2_session_init();
    if (session_ == nullptr) throw std::bad_alloc();
    ::libssh2_session_set_blocking(session_, 0);
    ::libssh2_session_banner_set(session_, std::string(own_version()).c_str());
}

LibrarySession::~LibrarySession() {
    // On a dead socket the library waits for nothing, and so frees everything at once.
    ::shutdown(stream_.socket(), SHUT_RDWR);
    ::libssh2_session_free(session_);
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
    return ::libssh2_session_method_pref(session_, method, system::join(both, ",").c_str()) == 0;
}

int LibrarySession::run(const std::function<int()>& call, Deadline deadline,
                        const GiveUp& give_up) {
    for (;;) {
        const int result = call();
        if (result != LIBSSH2_ERROR_EAGAIN) return result;
        switch (wait_for(stream_.socket(), directions(session_), deadline, give_up)) {
            case Waited::ready:
                break;
            case Waited::timed_out:
                return LIBSSH2_ERROR_TIMEOUT;
            case Waited::given_up:
                return gave_up;
        }
    }
}

std::string LibrarySession::last_error() const {
    char* text = nullptr;
    int length = 0;
    ::libssh2_session_last_error(session_, &text, &length, 0);
    if (text == nullptr || length <= 0) return "an error that libssh2 does not name";
    return system::printable(std::string_view(text, static_cast<std::size_t>(length)));
}

bool allow_modern_only(LibrarySession& session) {
    constexpr std::string_view ciphers =
        "chacha20-poly1305@openssh.com,aes128-gcm@openssh.com,aes256-gcm@openssh.com,aes128-ctr,"
        "aes192-ctr,aes256-ctr";
    constexpr std::string_view macs =
        "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha2-256,hmac-sha2-512";
    const std::array<std::pair<int, std::string_view>, 5> allowed = {{
        {LIBSSH2_METHOD_KEX,
         "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,"
         "ecdh-sha2-nistp521,diffie-hellman-group16-sha512,diffie-hellman-group18-sha512,"
         "diffie-hellman-group14-sha256,diffie-hellman-group-exchange-sha256"},
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

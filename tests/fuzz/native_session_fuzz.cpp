// A whole session of the native transport, driven by what a server sends. libcrypto's random
// numbers are made predictable, so that what was once recorded of a real server fits again to the
// last message: key exchange, login, and the streams. See record_native_session.py.
#include <fcntl.h>
#include <openssl/rand.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <csetjmp>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include "hfssh/native/line/addresses.hpp"
#include "hfssh/native/session/session.hpp"
#include "native_session_keys.hpp"

namespace {

using namespace hfssh;

std::uint32_t state = 1;

int predictable(unsigned char* bytes, int count) {
    for (int i = 0; i < count; ++i) {
        state = state * 1664525U + 1013904223U;
        bytes[i] = static_cast<unsigned char>(state >> 24U);
    }
    return 1;
}
int always() {
    return 1;
}
const RAND_METHOD method = {nullptr, predictable, nullptr, nullptr, predictable, always};

// The key of the person and the server's, in files of their own that go with the process.
class Files {
  public:
    Files() {
        std::string name = (std::filesystem::temp_directory_path() / "hf-ssh-fuzz.XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) std::abort();
        directory_ = name;
        write("id_ed25519", test::session_private_key);
        write("known_hosts", std::string("hf.co ") + test::session_host_key + "\n");
    }
    ~Files() { std::filesystem::remove_all(directory_); }
    Files(const Files&) = delete;
    Files& operator=(const Files&) = delete;
    [[nodiscard]] std::string path(const std::string& name) const {
        return directory_ + "/" + name;
    }

  private:
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(path(name)) << text;
        ::chmod(path(name).c_str(), 0600);
    }
    std::string directory_;
};

transport::Order order(const Files& files) {
    transport::Order order;
    order.user = "git";
    order.typed_host = "hf.co";
    order.trusted = {"=" + files.path("known_hosts")};
    order.host_key_algorithms = "ssh-ed25519";
    order.identity_file = files.path("id_ed25519");
    order.session = transport::Order::Session::command;
    order.command = "git-upload-pack 'alice/model'";
    order.set_env = {"GIT_PROTOCOL=version=2"};
    order.no_input = true;
    order.place.proxy_command = "false";  // nobody is asked a second time
    return order;
}

int session(const Files& files, native::Stream stream) {
    state = 1;
    return native::run_session(order(files), std::move(stream));
}

const Files& files() {
    static const Files made;
    return made;
}

// HF_SSH_FUZZ_RECORD is the port of a relay before a server.
void record(const char* port) {
    transport::Place place;
    place.host = "127.0.0.1";
    place.port = port;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    auto reached = native::connect(place, deadline);
    std::exit(session(files(), std::get<native::Stream>(std::move(reached))));
}

}  // namespace

// libssh2 1.10 does not free everything of a key exchange that goes wrong.
extern "C" const char* __asan_default_options() {
    return "detect_leaks=0";
}

extern "C" int LLVMFuzzerInitialize(int* /*count*/, char*** /*arguments*/) {
    std::signal(SIGPIPE, SIG_IGN);
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wdeprecated-declarations"
    ::RAND_set_rand_method(&method);
#pragma clang diagnostic pop
    (void)files();
    if (const char* port = std::getenv("HF_SSH_FUZZ_RECORD")) record(port);
    return 0;
}

namespace {

// libssh2 1.10 asserts that no length in a packet is shorter than a block, though with a stream
// cipher whoever sits on the line can make it so. The program says so and ends (main/native.cpp).
sigjmp_buf behind_the_assertion;

extern "C" void leave(int /*number*/) {
    ::siglongjmp(behind_the_assertion, 1);
}

class Assertions {
  public:
    Assertions() {
        struct sigaction action = {};
        action.sa_handler = leave;
        ::sigaction(SIGABRT, &action, &before_);
    }
    ~Assertions() { ::sigaction(SIGABRT, &before_, nullptr); }
    Assertions(const Assertions&) = delete;
    Assertions& operator=(const Assertions&) = delete;

  private:
    struct sigaction before_ = {};
};

int run_guarded(int socket) {
    const Assertions guard;
    // What the session has made stays behind; the socket is closed by the caller.
    if (sigsetjmp(behind_the_assertion, 1) != 0) return native::own_failure;
    return session(files(), native::Stream(system::UniqueFd(socket), "the fuzzer"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t largest = std::size_t{128} << 10;  // what a socket holds at once
    if (size > largest) return -1;
    std::array<int, 2> ends = {-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) != 0) std::abort();
    ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
    if (::send(ends[1], data, size, MSG_DONTWAIT) != static_cast<ssize_t>(size)) std::abort();
    ::shutdown(ends[1], SHUT_WR);
    const int status = run_guarded(ends[0]);
    ::close(ends[0]);  // where it is still open
    ::close(ends[1]);
    // The one that was recorded, to the end: the harness still fits it.
    if (std::getenv("HF_SSH_FUZZ_EXPECT") != nullptr && status != 0) std::abort();
    return 0;
}

#include "hfssh/native/addresses.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>

#include "hfssh/native/connecting.hpp"
#include "hfssh/native/name_lookup.hpp"
#include "hfssh/native/waiting.hpp"
#include "hfssh/system/unique_fd.hpp"
#include "support/temp_directory.hpp"

using namespace hfssh::native;
using hfssh::system::UniqueFd;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

// A machine without an /etc/hosts may not know it.
bool localhost_is_known() {
    addrinfo hints = {};
    hints.ai_family = AF_INET;
    addrinfo* found = nullptr;
    const int error = ::getaddrinfo("localhost", nullptr, &hints, &found);
    if (error == 0) ::freeaddrinfo(found);
    return error == 0;
}

Deadline soon() {
    return Clock::now() + 30s;
}

Address ipv4(const char* text) {
    Address address;
    sockaddr_in number = {};
    number.sin_family = AF_INET;
    number.sin_port = htons(22);
    inet_pton(AF_INET, text, &number.sin_addr);
    std::memcpy(&address.bytes, &number, sizeof number);
    address.length = sizeof number;
    return address;
}

Address ipv6(const char* text) {
    Address address;
    sockaddr_in6 number = {};
    number.sin6_family = AF_INET6;
    number.sin6_port = htons(22);
    inet_pton(AF_INET6, text, &number.sin6_addr);
    std::memcpy(&address.bytes, &number, sizeof number);
    address.length = sizeof number;
    return address;
}

// Listens on 127.0.0.1, or only holds the port.
class Port {
  public:
    explicit Port(int backlog) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address = {};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        REQUIRE(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
        socklen_t length = sizeof address;
        ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &length);
        number_ = std::to_string(ntohs(address.sin_port));
        if (backlog >= 0) REQUIRE(::listen(socket_.get(), backlog) == 0);
    }
    [[nodiscard]] const std::string& number() const { return number_; }
    [[nodiscard]] UniqueFd accept() const {
        return UniqueFd(::accept(socket_.get(), nullptr, nullptr));
    }

  private:
    UniqueFd socket_;
    std::string number_;
};

Place at(const std::string& host, const std::string& port) {
    Place place;
    place.host = host;
    place.port = port;
    return place;
}

Unreached failure(const std::variant<Stream, Unreached>& result) {
    REQUIRE(std::holds_alternative<Unreached>(result));
    return std::get<Unreached>(result);
}

std::string read_all(int fd) {
    std::string text;
    char buffer[100];
    while (wait_for(fd, POLLIN, soon(), {}) == Waited::ready) {
        const ssize_t count = ::read(fd, buffer, sizeof buffer);
        if (count <= 0) break;
        text.append(buffer, static_cast<std::size_t>(count));
    }
    return text;
}

// What a proxy says on its connection; on standard error, into the file "said" of DIRECTORY.
std::string run_proxy(const Place& place, const hfssh::test::TempDirectory& directory) {
    const UniqueFd file(::open((directory / "said").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    const UniqueFd before(::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3));
    ::dup2(file.get(), STDERR_FILENO);
    auto result = connect(place, soon());
    const std::string said =
        std::holds_alternative<Stream>(result) ? read_all(std::get<Stream>(result).socket()) : "";
    ::dup2(before.get(), STDERR_FILENO);
    return said;
}

std::string read_line(int fd) {
    std::string line;
    char c = 0;
    while (wait_for(fd, POLLIN, soon(), {}) == Waited::ready && ::read(fd, &c, 1) == 1 && c != '\n')
        line += c;
    return line;
}

// Passes a connection to PORT back, then does AFTERWARDS (Python).
std::string passing_proxy(const Port& port, const std::string& afterwards = "") {
    return "python3 -c 'import array, os, socket, time\n"
           "peer = socket.create_connection((\"127.0.0.1\", " +
           port.number() +
           "))\n"
           "ours = socket.socket(fileno=1)\n"
           "ours.sendmsg([b\"x\"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS,\n"
           "    array.array(\"i\", [peer.fileno()]))])\n" +
           afterwards + "'";
}

}  // namespace

TEST_CASE("IPv6 and IPv4 take turns") {
    const auto texts = [](const std::vector<Address>& addresses) {
        std::string text;
        for (const Address& address : in_turns(addresses))
            text += host_text(address) + " ";
        return text;
    };
    CHECK(texts({}).empty());
    CHECK(texts({ipv6("::1"), ipv6("::2"), ipv6("::3"), ipv4("10.0.0.1")}) ==
          "::1 10.0.0.1 ::2 ::3 ");
    CHECK(texts({ipv4("10.0.0.1"), ipv4("10.0.0.2"), ipv6("::1")}) == "10.0.0.1 ::1 10.0.0.2 ");
    CHECK(describe(ipv6("2001:db8::1")) == "2001:db8::1 port 22");
}

TEST_CASE("names and addresses are looked up") {
    const auto numeric = look_up("127.0.0.1", "22", Place::Family::any, soon(), {});
    REQUIRE(std::holds_alternative<std::vector<Address>>(numeric));
    CHECK(std::get<std::vector<Address>>(numeric).size() == 1);
    if (localhost_is_known()) {
        const auto name = look_up("localhost", "22", Place::Family::ipv4, soon(), {});
        REQUIRE(std::holds_alternative<std::vector<Address>>(name));
        CHECK(describe(std::get<std::vector<Address>>(name).front()) == "127.0.0.1 port 22");
    }
    const auto other = look_up("127.0.0.1", "22", Place::Family::ipv6, soon(), {});
    REQUIRE(std::holds_alternative<Unreached>(other));
    CHECK(std::get<Unreached>(other).reach != Reach::connected);
    const auto none = look_up("no such\nname", "22", Place::Family::any, soon(), {});
    REQUIRE(std::holds_alternative<Unreached>(none));
    CHECK(std::get<Unreached>(none).text.find("no such\\x0aname") != std::string::npos);
}

TEST_CASE("the name service is not waited for longer than asked") {
    const auto start = Clock::now();
    const auto late = look_up("localhost", "22", Place::Family::any, start - 1s, {});
    if (std::holds_alternative<Unreached>(late)) {
        CHECK(std::get<Unreached>(late).reach == Reach::name_timed_out);
    }
    CHECK(Clock::now() - start < 5s);
}

TEST_CASE("a connection") {
    const Port port(8);
    auto result = connect(at("127.0.0.1", port.number()), soon());
    REQUIRE(std::holds_alternative<Stream>(result));
    Stream& stream = std::get<Stream>(result);
    CHECK(stream.peer() == "127.0.0.1 port " + port.number());
    int on = 0;
    socklen_t length = sizeof on;
    CHECK(::getsockopt(stream.socket(), IPPROTO_TCP, TCP_NODELAY, &on, &length) == 0);
    CHECK(on != 0);
    const UniqueFd other = port.accept();
    CHECK(::write(other.get(), "hello", 5) == 5);
    CHECK(wait_for(stream.socket(), POLLIN, soon(), {}) == Waited::ready);
    stream.close();
    char c = 0;
    CHECK(::read(other.get(), &c, 1) <= 0);
}

TEST_CASE("an address of a family that does not answer is no hindrance") {
    if (!localhost_is_known()) return;
    const Port port(8);
    // Both are localhost's on most machines; IPv6 has no listener.
    const auto result = connect(at("localhost", port.number()), soon());
    REQUIRE(std::holds_alternative<Stream>(result));
    CHECK(std::get<Stream>(result).peer() == "127.0.0.1 port " + port.number());
}

TEST_CASE("no connection, and why") {
    const Port closed(-1);
    const Unreached refused = failure(connect(at("127.0.0.1", closed.number()), soon()));
    CHECK(refused.reach == Reach::refused);
    CHECK(refused.text == "connection refused: 127.0.0.1 port " + closed.number());
    Place bound = at("127.0.0.1", closed.number());
    bound.bind_address = "192.0.2.77";
    CHECK(failure(connect(bound, soon())).reach == Reach::no_source);
    bound.bind_address.clear();
    bound.bind_interface = "nosuchinterface";
    CHECK(failure(connect(bound, soon())).reach == Reach::no_source);
}

TEST_CASE("the source of a connection can be chosen") {
    const Port port(8);
    Place place = at("127.0.0.1", port.number());
    place.bind_address = "127.0.0.9";
    const auto result = connect(place, soon());
    REQUIRE(std::holds_alternative<Stream>(result));
    sockaddr_in own = {};
    socklen_t length = sizeof own;
    ::getsockname(std::get<Stream>(result).socket(), reinterpret_cast<sockaddr*>(&own), &length);
    CHECK(ntohl(own.sin_addr.s_addr) == 0x7f000009U);
    place.bind_address = "localhost";  // a name, looked up
    if (localhost_is_known()) CHECK(std::holds_alternative<Stream>(connect(place, soon())));
    place.bind_address = "::1";  // of the other family
    CHECK(failure(connect(place, soon())).reach == Reach::no_source);
}

TEST_CASE("the source is looked up once, within what the caller has left") {
    Place place = at("127.0.0.1", "22");
    CHECK(find_source(place, soon(), {}).error == 0);
    place.bind_address = "no such name";
    CHECK(find_source(place, soon(), {}).error == EADDRNOTAVAIL);
    const Source source{{}, ECANCELED};
    CHECK(start_attempt(source, ipv4("127.0.0.1")).reach == Reach::given_up);
    place.bind_address = "localhost";
    const Source late = find_source(place, Clock::now() - 1s, {});
    if (late.addresses.empty()) CHECK(late.error == ETIMEDOUT);
}

TEST_CASE("a full queue is waited for until the deadline, and no longer") {
    const Port port(0);
    std::vector<std::variant<Stream, Unreached>> held;
    const auto start = Clock::now();
    for (int i = 0; i < 8; ++i) {
        Place place = at("127.0.0.1", port.number());
        held.push_back(connect(place, Clock::now() + 200ms));
        if (std::holds_alternative<Unreached>(held.back())) break;
    }
    CHECK(failure(held.back()).reach == Reach::timed_out);
    CHECK(Clock::now() - start < 10s);
    SUBCASE("ConnectTimeout brings it forward") {
        Place place = at("127.0.0.1", port.number());
        place.connect_timeout = 1s;
        const auto before = Clock::now();
        CHECK(failure(connect(place, soon())).reach == Reach::timed_out);
        CHECK(Clock::now() - before < 10s);
    }
    SUBCASE("a caller may give up") {
        const auto before = Clock::now();
        const auto result = connect(at("127.0.0.1", port.number()), soon(),
                                    [&] { return Clock::now() > before + 100ms; });
        CHECK(failure(result).reach == Reach::given_up);
        CHECK(Clock::now() - before < 10s);
    }
}

TEST_CASE("every address of a name is looked at") {
    if (!localhost_is_known()) return;
    const Port port(8);
    const AddressReport report = look_at_addresses(at("localhost", port.number()), soon());
    CHECK(report.name == Reach::connected);
    const auto found = std::find_if(report.addresses.begin(), report.addresses.end(),
                                    [](const LookedAt& one) { return !one.is_ipv6; });
    REQUIRE(found != report.addresses.end());
    CHECK(found->address == "127.0.0.1");
    CHECK(found->reach == Reach::connected);
    for (const LookedAt& one : report.addresses) {
        if (one.is_ipv6) CHECK(one.reach != Reach::connected);
    }
    CHECK(look_at_addresses(at("no such name", "22"), soon()).name != Reach::connected);
}

TEST_CASE("a ProxyCommand is the connection") {
    Place place = at("hf.co", "22");
    SUBCASE("both ways") {
        place.proxy_command = "printf hello; cat";
        auto result = connect(place, soon());
        REQUIRE(std::holds_alternative<Stream>(result));
        CHECK(std::get<Stream>(result).peer() == "ProxyCommand");
    }
    SUBCASE("what it says arrives, and its end") {
        place.proxy_command = "printf hello";
        auto result = connect(place, soon());
        REQUIRE(std::holds_alternative<Stream>(result));
        CHECK(read_all(std::get<Stream>(result).socket()) == "hello");
    }
    SUBCASE("one that does not end is ended") {
        place.proxy_command = "sh -c 'trap \"\" TERM; echo $$; exec >&- <&-; sleep 60 & wait'";
        auto result = connect(place, soon());
        REQUIRE(std::holds_alternative<Stream>(result));
        const std::string pid = read_all(std::get<Stream>(result).socket());
        std::get<Stream>(result).close();
        CHECK(::kill(std::stoi(pid), 0) != 0);
    }
    SUBCASE("what it has started is ended with it") {
        place.proxy_command = "sh -c 'trap \"\" TERM; echo; sleep 300'";
        auto result = connect(place, soon());
        REQUIRE(std::holds_alternative<Stream>(result));
        Stream& stream = std::get<Stream>(result);
        // Its other end is closed when the last of them is gone.
        const UniqueFd socket(::dup(stream.socket()));
        char newline = 0;
        CHECK(wait_for(socket.get(), POLLIN, soon(), {}) == Waited::ready);
        CHECK(::read(socket.get(), &newline, 1) == 1);
        stream.close();
        CHECK(wait_for(socket.get(), POLLIN, soon(), {}) == Waited::ready);
    }
    SUBCASE("it has nobody to talk to") {
        const hfssh::test::TempDirectory directory;
        place.proxy_command =
            "python3 -c 'import os\n"
            "os.write(2, b\"noise\")\n"
            "print(os.getsid(0) == os.getpid(), os.environ[\"SSH_ASKPASS_REQUIRE\"])'";
        CHECK(run_proxy(place, directory) == "True never\n");
        CHECK(directory.read("said").empty());
    }
    SUBCASE("a shell that is not there") {
        const char* before = std::getenv("SHELL");
        const std::string shell = before != nullptr ? before : "";
        ::setenv("SHELL", "/no/such/shell", 1);
        place.proxy_command = "cat";
        const Unreached problem = failure(connect(place, soon()));
        CHECK(problem.reach == Reach::proxy_failed);
        CHECK(problem.text ==
              "the ProxyCommand could not be run: /no/such/shell: No such file or directory");
        before != nullptr ? ::setenv("SHELL", shell.c_str(), 1) : ::unsetenv("SHELL");
    }
    SUBCASE("one that passes a socket") {
        const Port port(8);
        place.proxy_passes_socket = true;
        place.proxy_command = passing_proxy(port);
        auto result = connect(place, soon());
        if (auto* problem = std::get_if<Unreached>(&result)) FAIL(problem->text);
        const UniqueFd other = port.accept();
        CHECK(::write(other.get(), "hello", 5) == 5);
        ::shutdown(other.get(), SHUT_WR);
        CHECK(read_all(std::get<Stream>(result).socket()) == "hello");
    }
    SUBCASE("one that should have passed a socket") {
        place.proxy_passes_socket = true;
        place.proxy_command = "true";
        CHECK(failure(connect(place, soon())).reach == Reach::proxy_failed);
    }
}

TEST_CASE("a session's ProxyCommand is as ssh's") {
    const hfssh::test::TempDirectory directory;
    Place place = at("hf.co", "22");
    place.proxy_may_ask = true;
    SUBCASE("it has our standard error and our terminal, and asks whom it likes") {
        ::setenv("SSH_ASKPASS_REQUIRE", "test", 1);
        place.proxy_command =
            "python3 -c 'import os\n"
            "os.write(2, b\"noise\")\n"
            "print(os.getsid(0), os.getpgid(0), os.environ[\"SSH_ASKPASS_REQUIRE\"])'";
        CHECK(run_proxy(place, directory) ==
              std::to_string(::getsid(0)) + " " + std::to_string(::getpgid(0)) + " test\n");
        CHECK(directory.read("said") == "noise");
        ::unsetenv("SSH_ASKPASS_REQUIRE");
    }
    SUBCASE("it is sent HUP, and what it has started is not") {
        place.proxy_command = "sh -c 'trap \"echo told >" + directory / "told" +
                              "; exit\" HUP; sleep 300 & echo $!; wait'";
        auto result = connect(place, soon());
        REQUIRE(std::holds_alternative<Stream>(result));
        const std::string other = read_line(std::get<Stream>(result).socket());
        std::get<Stream>(result).close();
        CHECK(directory.read("told") == "told\n");
        CHECK(::kill(std::stoi(other), SIGKILL) == 0);
    }
    SUBCASE("one that goes on all the same is not waited for") {
        place.proxy_command = "sh -c 'trap \"\" HUP; echo $$; exec sleep 300'";
        auto result = connect(place, soon());
        REQUIRE(std::holds_alternative<Stream>(result));
        const pid_t pid = std::stoi(read_line(std::get<Stream>(result).socket()));
        const auto start = Clock::now();
        std::get<Stream>(result).close();
        CHECK(Clock::now() - start < 10s);
        CHECK(::kill(pid, SIGKILL) == 0);
        CHECK(::waitpid(pid, nullptr, 0) == pid);
    }
    SUBCASE("one that passes a socket may end by itself") {
        const Port port(8);
        place.proxy_passes_socket = true;
        place.proxy_command =
            passing_proxy(port, "time.sleep(0.02)\nos.close(os.open(\"" + directory / "told" +
                                    "\", os.O_CREAT | os.O_WRONLY))");
        const auto result = connect(place, soon());
        REQUIRE(std::holds_alternative<Stream>(result));
        CHECK(::access((directory / "told").c_str(), F_OK) == 0);
    }
}

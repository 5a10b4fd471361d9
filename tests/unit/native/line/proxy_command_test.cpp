#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <string>

#include "hfssh/native/line/addresses.hpp"
#include "hfssh/system/unique_fd.hpp"
#include "support/connections.hpp"
#include "support/temp_directory.hpp"

using namespace hfssh::native;
using hfssh::system::UniqueFd;
using hfssh::test::at;
using hfssh::test::failure;
using hfssh::test::Port;
using hfssh::test::soon;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

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

#include "hfssh/identity/agent.hpp"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstring>
#include <functional>
#include <string>
#include <thread>

#include "hfssh/hub/wire.hpp"
#include "hfssh/system/unique_fd.hpp"
#include "support/ssh_keys.hpp"
#include "support/temp_directory.hpp"

using namespace hfssh::identity;
using hfssh::hub::wire_string;
using hfssh::hub::wire_uint32;
using hfssh::system::UniqueFd;
using hfssh::test::TempDirectory;
using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

namespace {

std::string answer_body(std::uint32_t count, const std::string& keys) {
    return '\x0c' + wire_uint32(count) + keys;
}

std::string one_key(const std::string& comment = "me") {
    return wire_string(wire_string("ssh-ed25519") + wire_string(std::string(32, 'k'))) +
           wire_string(comment);
}

UniqueFd listen_at(const std::string& path, int backlog) {
    UniqueFd fd(socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    REQUIRE(bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(listen(fd.get(), backlog) == 0);
    return fd;
}

// Takes one connection and does with it what BEHAVIOUR says; OVER tells it to end.
class HostileAgent {
  public:
    using Behaviour = std::function<void(int fd, const std::atomic<bool>& over)>;
    explicit HostileAgent(Behaviour behaviour)
        : socket_(listen_at(path(), 1)), thread_([this, behaviour = std::move(behaviour)] {
              const UniqueFd client(accept(socket_.get(), nullptr, nullptr));
              if (client) behaviour(client.get(), over_);
          }) {}
    ~HostileAgent() {
        over_ = true;
        (void)shutdown(socket_.get(), SHUT_RDWR);
        thread_.join();
    }
    [[nodiscard]] std::string path() const { return directory_ / "agent"; }

  private:
    TempDirectory directory_;
    UniqueFd socket_;
    std::atomic<bool> over_ = false;
    std::thread thread_;
};

void say(int fd, const std::string& text) {
    (void)send(fd, text.data(), text.size(), MSG_NOSIGNAL);
}

AgentAnswer ask(HostileAgent::Behaviour behaviour, std::chrono::milliseconds time = 300ms) {
    const HostileAgent agent(std::move(behaviour));
    const auto start = Clock::now();
    AgentQuery query(agent.path());
    AgentAnswer answer = query.wait(start + time);
    CHECK(Clock::now() - start < time + 500ms);
    return answer;
}

std::optional<std::string> variables(const char* name) {
    if (std::strcmp(name, "SSH_AUTH_SOCK") == 0) return "/run/agent";
    if (std::strcmp(name, "OTHER") == 0) return "/run/other";
    return std::nullopt;
}

}  // namespace

TEST_CASE("agent answer: what it says") {
    const AgentAnswer two = read_agent_answer(answer_body(2, one_key() + one_key("b\nc")));
    REQUIRE(two.state == AgentState::answered);
    REQUIRE(two.keys.size() == 2);
    CHECK(two.keys[0].key.type == "ssh-ed25519");
    CHECK(two.keys[1].comment == "b\nc");
    CHECK(read_agent_answer(answer_body(0, "")).usable());
    CHECK(read_agent_answer("\x05").state == AgentState::refused);

    SUBCASE("a key of a type that we don't know is left out") {
        const std::string strange = wire_string(wire_string("ssh-new")) + wire_string("");
        const AgentAnswer answer = read_agent_answer(answer_body(2, strange + one_key()));
        CHECK(answer.usable());
        CHECK(answer.keys.size() == 1);
    }
    SUBCASE("more than is read") {
        for (const std::size_t count : {most_agent_keys + 1, std::size_t{0xffffffff}}) {
            const auto answer =
                read_agent_answer(answer_body(static_cast<std::uint32_t>(count), one_key()));
            CHECK(answer.state == AgentState::too_large);
            CHECK(answer.keys.empty());
        }
    }
    SUBCASE("what is no answer") {
        const std::array<std::string, 7> broken = {
            std::string(),
            std::string(1, '\x0c'),
            std::string(1, '\x06'),
            answer_body(1, ""),
            answer_body(2, one_key()),
            answer_body(1, one_key() + "x"),
            answer_body(1, "\xff\xff\xff\xff"),
        };
        for (const std::string& body : broken) {
            CAPTURE(body.size());
            CHECK(read_agent_answer(body).state == AgentState::broken);
        }
    }
}

TEST_CASE("agent: a real one") {
    const TempDirectory directory;
    const hfssh::test::RealAgent agent(directory / "agent");
    CHECK(AgentQuery(agent.socket()).wait(Clock::now() + 5s).usable());
    hfssh::test::make_key(directory / "a", {"-t", "ed25519"}, "", "first");
    hfssh::test::make_key(directory / "b", {"-t", "ecdsa"}, "", "second");
    agent.add(directory / "a");
    agent.add(directory / "b");

    AgentQuery query(agent.socket());
    const AgentAnswer answer = query.wait(Clock::now() + 5s);
    REQUIRE(answer.usable());
    REQUIRE(answer.keys.size() == 2);
    CHECK(answer.keys[0].comment == "first");
    CHECK(answer.keys[1].key.fingerprint() == hfssh::test::keygen_fingerprint(directory / "b"));
    CHECK_FALSE(answer.asks_person);
}

TEST_CASE("agent: none, or nobody there") {
    const TempDirectory directory;
    const auto state = [](const std::string& path) {
        return AgentQuery(path).wait(Clock::now() + 300ms).state;
    };
    CHECK(state("") == AgentState::none);
    CHECK(state(directory / "missing") == AgentState::unreachable);
    CHECK(state(directory.write("file", "")) == AgentState::unreachable);
    CHECK(state(directory.path()) == AgentState::unreachable);
    CHECK(state("/tmp/" + std::string(200, 'x')) == AgentState::unreachable);
    (void)listen_at(directory / "stale", 1);  // closed again
    CHECK(state(directory / "stale") == AgentState::unreachable);
}

TEST_CASE("agent: a queue that is full") {
    const TempDirectory directory;
    const UniqueFd listener = listen_at(directory / "agent", 0);
    std::vector<AgentQuery> queries;
    for (int i = 0; i < 4; ++i)
        queries.emplace_back(directory / "agent");
    const auto start = Clock::now();
    CHECK(queries.back().wait(start + 200ms).state == AgentState::timed_out);
    CHECK(Clock::now() - start < 700ms);
}

TEST_CASE("agent: hostile ones end in a verdict, in time") {
    using Over = const std::atomic<bool>&;
    const auto until = [](Over over) {
        while (!over)
            std::this_thread::sleep_for(5ms);
    };
    const std::string good = wire_string(answer_body(1, one_key()));

    CHECK(ask([&](int, Over over) { until(over); }).state == AgentState::timed_out);
    CHECK(ask([](int, Over) {}).state == AgentState::broken);
    CHECK(ask([&](int fd, Over) { say(fd, good.substr(0, 20)); }).state == AgentState::broken);
    CHECK(ask([&](int fd, Over over) { say(fd, good.substr(0, 20)), until(over); }).state ==
          AgentState::timed_out);
    for (const std::uint32_t length : {0U, 262'145U, 0x7fffffffU, 0xffffffffU}) {
        CAPTURE(length);
        const auto expected = length == 0 ? AgentState::broken : AgentState::too_large;
        const auto answer = [&](const char* mark) {
            return ask(
                [&](int fd, Over over) { say(fd, wire_uint32(length) + mark), until(over); });
        };
        CHECK(answer("\x0c").state == expected);
        CHECK(answer("x").state == AgentState::broken);
    }
    SUBCASE("it floods") {
        const AgentAnswer answer = ask([](int fd, Over over) {
            const std::string flood(100'000, '\xff');
            while (!over && send(fd, flood.data(), flood.size(), MSG_NOSIGNAL) > 0) {
            }
        });
        CHECK(answer.state == AgentState::broken);
    }
    SUBCASE("it floods after a good answer") {
        const AgentAnswer answer =
            ask([&](int fd, Over over) { say(fd, good + std::string(50'000, 'x')), until(over); });
        CHECK(answer.usable());
    }
    SUBCASE("it drips, a byte at a time") {
        const std::string slow = wire_uint32(200'000) + std::string(1000, '\x0c');
        const AgentAnswer answer = ask([&](int fd, Over over) {
            for (const char c : slow) {
                if (over) return;
                say(fd, std::string(1, c));
                std::this_thread::sleep_for(1ms);
            }
        });
        CHECK(answer.state == AgentState::timed_out);
    }
    SUBCASE("it answers in pieces, but it answers") {
        const AgentAnswer answer = ask(
            [&](int fd, Over) {
                for (const char c : good) {
                    say(fd, std::string(1, c));
                    std::this_thread::sleep_for(1ms);
                }
            },
            5s);
        CHECK(answer.keys.size() == 1);
    }
}

TEST_CASE("agent: which one, and does it ask a person") {
    CHECK(agent_socket(std::nullopt, variables) == "/run/agent");
    CHECK(agent_socket("SSH_AUTH_SOCK", variables) == "/run/agent");
    CHECK(agent_socket("none", variables).empty());
    CHECK(state_without_socket("none", variables) == AgentState::disabled);
    CHECK(state_without_socket("none", [](const char*) { return std::optional<std::string>(); }) ==
          AgentState::none);
    CHECK(state_without_socket(std::nullopt, variables) == AgentState::none);
    CHECK(agent_socket("$OTHER", variables) == "/run/other");
    CHECK(agent_socket("$MISSING", variables).empty());
    CHECK(agent_socket("/a b/agent.sock", variables) == "/a b/agent.sock");

    CHECK(asks_person("/home/u/.1password/agent.sock"));
    CHECK(asks_person("/Users/u/Library/Group Containers/2BUA8C4S2C.com.1password/t/agent.sock"));
    CHECK(asks_person(
        "/Users/u/Library/Containers/com.maxgoedjen.Secretive.SecretAgent/Data/socket.ssh"));
    CHECK(asks_person("/run/user/1000/gnupg/S.gpg-agent.ssh"));
    CHECK(asks_person("/tmp/KeePassXC.sock"));
    CHECK_FALSE(asks_person("/tmp/ssh-XXXXabcd/agent.12"));
    CHECK_FALSE(asks_person("/run/user/1000/openssh_agent"));
}

TEST_CASE("agent: a link to one that asks a person is one") {
    const TempDirectory directory;
    const std::string real = directory.write("1password/agent.sock", "");
    REQUIRE(symlink(real.c_str(), (directory / "link").c_str()) == 0);
    CHECK(AgentQuery(directory / "link").wait(Clock::now() + 1s).asks_person);
}

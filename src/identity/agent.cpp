#include "hfssh/identity/agent.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>

#include "hfssh/hub/wire.hpp"
#include "hfssh/system/platform.hpp"
#include "hfssh/system/spawn.hpp"
#include "hfssh/system/text.hpp"

// An agent's answer, and which agent to ask: everything without talking to one.
namespace hfssh::identity {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view question("\0\0\0\1\x0b", 5);  // SSH_AGENTC_REQUEST_IDENTITIES
constexpr std::size_t length_size = 4;

bool would_block(int error) {
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

// A link such as ~/.ssh/agent.sock hides whose socket it is.
bool path_asks_person(const std::string& path) {
    if (asks_person(path)) return true;
    std::array<char, PATH_MAX> resolved = {};
    return ::realpath(path.c_str(), resolved.data()) != nullptr && asks_person(resolved.data());
}

constexpr std::uint8_t failure = 5;             // SSH_AGENT_FAILURE
constexpr std::uint8_t old_failure = 30;        // SSH2_AGENT_FAILURE
constexpr std::uint8_t identities_answer = 12;  // SSH_AGENT_IDENTITIES_ANSWER

AgentAnswer without_keys(AgentState state, std::string detail) {
    AgentAnswer answer;
    answer.state = state;
    answer.detail = std::move(detail);
    return answer;
}

}  // namespace

AgentQuery::AgentQuery(std::string socket_path, AgentState without)
    : path_(std::move(socket_path)), without_(without) {
    start();
}

void AgentQuery::start() {
    if (path_.empty()) return fail(without_, "");
    if (path_.size() >= sizeof(sockaddr_un::sun_path)) {
        return fail(AgentState::unreachable, "the path of its socket is too long");
    }
    answer_.asks_person = path_asks_person(path_);
    socket_ = system::open_local_socket();
    if (!socket_) return fail(AgentState::unreachable, std::strerror(errno));
    connect();
    if (step_ == Step::send) send();
}

void AgentQuery::fail(AgentState state, std::string_view detail) {
    answer_.state = state;
    answer_.detail = detail;
    answer_.keys.clear();
    socket_.reset();
    step_ = Step::over;
}

void AgentQuery::connect() {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path_.data(), path_.size());
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    if (::connect(socket_.get(), generic, sizeof address) == 0 || errno == EISCONN) {
        step_ = Step::send;
    } else if (!would_block(errno) && errno != EINPROGRESS && errno != EALREADY) {
        fail(AgentState::unreachable, std::strerror(errno));
    }
}

void AgentQuery::send() {
    const std::string_view rest = question.substr(sent_);
    const ssize_t count = ::send(socket_.get(), rest.data(), rest.size(), system::no_signal);
    if (count < 0 && would_block(errno)) return;
    if (count < 0) return fail(AgentState::broken, std::strerror(errno));
    sent_ += static_cast<std::size_t>(count);
    if (sent_ == question.size()) step_ = Step::receive;
}

bool AgentQuery::complete() const {
    if (received_.size() < length_size) return false;
    return received_.size() - length_size >= hub::WireReader(received_).uint32();
}

// False where there is nothing to read now.
bool AgentQuery::receive() {
    std::array<char, 16 * 1024> buffer;
    const ssize_t count = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (count < 0 && would_block(errno)) return false;
    if (count < 0) return fail(AgentState::broken, std::strerror(errno)), true;
    if (count == 0) return fail(AgentState::broken, "it closed the connection"), true;
    received_.append(buffer.data(), static_cast<std::size_t>(count));
    if (received_.size() < length_size) return true;
    const std::uint32_t length = hub::WireReader(received_).uint32();
    if (length == 0) return fail(AgentState::broken, "its answer is empty"), true;
    if (length > longest_agent_message) {
        // Without the mark of a list of keys, that length is text of something else.
        if (received_.size() == length_size) return true;
        const bool is_list = received_[length_size] == identities_answer;
        return is_list ? fail(AgentState::too_large, "its answer is too long")
                       : fail(AgentState::broken, "its answer is not a list of keys"),
               true;
    }
    if (complete()) {
        const bool asks = answer_.asks_person;
        answer_ = read_agent_answer(std::string_view(received_).substr(length_size, length));
        answer_.asks_person = asks;
        socket_.reset();
        step_ = Step::over;
    }
    return true;
}

// Waits until the socket is ready; false at the deadline. A connect that found the queue full
// cannot be polled for on Linux: it is tried again after a moment.
bool AgentQuery::pause(Clock::time_point deadline) const {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return false;
    const bool connecting = step_ == Step::connect;
    pollfd entry = {connecting ? -1 : socket_.get(), 0, 0};
    entry.events = step_ == Step::send ? POLLOUT : POLLIN;
    const auto longest = connecting ? decltype(left){5} : decltype(left){60'000};
    (void)::poll(&entry, 1, static_cast<int>(std::min(left, longest)));
    return true;
}

AgentAnswer AgentQuery::wait(Clock::time_point deadline) {
    while (step_ != Step::over) {
        const Step before = step_;
        bool progress = false;
        if (step_ == Step::connect) connect();
        if (step_ == Step::send) send();
        if (step_ == Step::receive) progress = receive();
        if (step_ == Step::over) break;
        if (progress || step_ != before) continue;  // bounded by the longest message
        if (!pause(deadline)) {
            fail(AgentState::timed_out, "it did not answer in time");
        }
    }
    return std::move(answer_);
}

AgentAnswer read_agent_answer(std::string_view body) {
    hub::WireReader reader(body);
    const std::uint8_t kind = reader.byte();
    if (kind == failure || kind == old_failure) {
        return without_keys(AgentState::refused, "it declined to list its keys");
    }
    const std::uint32_t count = reader.uint32();
    if (!reader.good() || kind != identities_answer) {
        return without_keys(AgentState::broken, "its answer is not a list of keys");
    }
    if (count > most_agent_keys) {
        return without_keys(AgentState::too_large,
                            "it says that it holds " + std::to_string(count) + " keys");
    }
    AgentAnswer answer;
    answer.state = AgentState::answered;
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::string_view blob = reader.string();
        const std::string_view comment = reader.string();
        if (!reader.good()) break;
        if (std::optional<PublicKey> key = read_public_key(blob)) {
            answer.keys.push_back({std::move(*key), std::string(comment)});
        }
    }
    if (!reader.finished())
        return without_keys(AgentState::broken,
                            "its answer is cut short, or has something left over");
    return answer;
}

bool asks_person(std::string_view socket_path) {
    constexpr std::array<std::string_view, 8> signs = {
        "1password", "secretive", "s.gpg-agent", "keepassxc",
        "bitwarden", "/keyring/", "/gcr/",       ".gnupg/",
    };
    const std::string path = system::lower(socket_path);
    for (const std::string_view sign : signs) {
        if (path.find(sign) != std::string::npos) return true;
    }
    return false;
}

std::string agent_socket(const std::optional<std::string>& identity_agent,
                         Environment environment) {
    const std::string standard = environment("SSH_AUTH_SOCK").value_or("");
    if (!identity_agent || *identity_agent == "SSH_AUTH_SOCK") return standard;
    if (*identity_agent == "none") return {};
    if (identity_agent->starts_with('$') && !identity_agent->starts_with("${")) {
        return environment(identity_agent->c_str() + 1).value_or("");
    }
    return *identity_agent;
}

AgentState state_without_socket(const std::optional<std::string>& identity_agent,
                                Environment environment) {
    const bool off = identity_agent == "none" && environment("SSH_AUTH_SOCK");
    return off ? AgentState::disabled : AgentState::none;
}

}  // namespace hfssh::identity

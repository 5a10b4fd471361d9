#include "hfssh/native/session/session.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "credential.hpp"
#include "hfssh/ssh/closed/report_channel.hpp"
#include "hfssh/ssh/words/shown.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/trace.hpp"
#include "key_exchange.hpp"
#include "library.hpp"
#include "outlet.hpp"
#include "pump.hpp"

namespace hfssh::native {
namespace {

using transport::Order;
using Clock = std::chrono::steady_clock;

// Without a ConnectTimeout: for the connection, and then for the key exchange.
constexpr auto connect_patience = std::chrono::seconds(30);
// For each answer after it.
constexpr auto answer_patience = std::chrono::seconds(60);
// Without a ServerAliveInterval: two minutes without a byte, and six questions unanswered.
constexpr Patience own_patience = {std::chrono::seconds(20), 6};
// libssh2 asks no more often than each two seconds.
constexpr auto shortest_interval = std::chrono::seconds(2);
// What the server may send before we have taken any of it: twice ssh's, for a fast far line.
constexpr unsigned window = 4U << 20;
constexpr unsigned packet = 32768;

class Session {
  public:
    explicit Session(const Order& order)
        : order_(order), trust_(order), credential_(find_credential(order)) {
        if (trust_.algorithms().empty()) {
            throw Unusable(
                "no host key of hf.co can be accepted: the types of the trusted keys and the "
                "HostKeyAlgorithms of your ssh configuration have none in common");
        }
    }

    int run() {
        std::optional<Stream> stream = connect();
        return stream ? run(std::move(*stream)) : own_failure;
    }

    int run(Stream stream) {
        tell(order_, "connected to " + stream.peer());
        keep_alive(stream.socket());
        session_ = std::make_unique<LibrarySession>(std::move(stream));
        if (!exchange_keys() || !verify() || !log_in() || !open_channel()) return own_failure;
        return pass_through();
    }

  private:
    [[nodiscard]] Clock::time_point connect_deadline() const {
        const auto timeout = order_.place.connect_timeout;
        return Clock::now() + (timeout.count() > 0 ? timeout : connect_patience);
    }

    std::optional<Stream> connect() {
        const std::string where = order_.place.host + " port " + order_.place.port;
        for (int attempt = 1;; ++attempt) {
            auto reached = native::connect(order_.place, connect_deadline());
            if (auto* stream = std::get_if<Stream>(&reached)) return std::move(*stream);
            std::string why = std::get<Unreached>(reached).text;
            // In ssh's words: "Connection refused".
            if (!why.empty()) why.front() = static_cast<char>(std::toupper(why.front()));
            if (attempt == order_.connection_attempts) {
                fail(order_, "connect to host " + system::printable(where) + ": " + why);
                return std::nullopt;
            }
            tell(order_, why);
        }
    }

    void keep_alive(int socket) const {
        const int on = order_.no_tcp_keep_alive ? 0 : 1;
        ::setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    }

    bool exchange_keys() {
        return native::exchange_keys(*session_, order_, trust_.algorithms(), connect_deadline());
    }

    [[nodiscard]] bool verify() const { return trust_.accepts(session_->proven_host_key()); }

    bool log_in() {
        switch (authenticate(*session_, order_, credential_)) {
            case Authenticated::yes:
                tell(order_, "Authenticated to " + system::printable(order_.typed_host) + " (" +
                                 session_->stream().peer() + ") using \"publickey\".");
                return true;
            case Authenticated::denied:
                return fail(order_, system::printable(ssh::shown_user(order_.user) + "@" +
                                                      order_.typed_host) +
                                        ": Permission denied (publickey).");
            case Authenticated::disconnected:
                break;
        }
        return fail(order_, "the connection ended while logging in: " + session_->last_error());
    }

    // The channel's calls give a result once it is through; less than zero: it went wrong.
    int ask(const std::function<int()>& call) {
        return session_->run(call, Clock::now() + answer_patience, {});
    }

    bool open_channel() {
        const int opened = ask([this] {
            channel_.reset(::libssh2_channel_open_ex(session_->get(), "session", 7, window, packet,
                                                     nullptr, 0));
            return channel_ ? 0 : ::libssh2_session_last_errno(session_->get());
        });
        if (opened != 0) return fail(order_, "no session was opened: " + session_->last_error());
        for (const std::string& assignment : order_.set_env) {
            const auto equals = std::min(assignment.find('='), assignment.size());
            set_variable(assignment.substr(0, equals),
                         assignment.substr(std::min(equals + 1, assignment.size())));
        }
        for (const std::string& name : order_.send_env) {
            if (const auto value = system::environment(name.c_str())) set_variable(name, *value);
        }
        return start();
    }

    // A server may refuse it; the next call notices a broken connection.
    void set_variable(const std::string& name, const std::string& value) {
        const int set = ask([&] {
            return ::libssh2_channel_setenv_ex(channel_.get(), name.data(),
                                               static_cast<unsigned>(name.size()), value.data(),
                                               static_cast<unsigned>(value.size()));
        });
        tell(order_, "variable " + system::printable(name) + (set == 0 ? "" : " was not taken"));
    }

    bool start() {
        using Kind = Order::Session;
        if (order_.session == Kind::none) return true;
        const std::string request = order_.session == Kind::command     ? "exec"
                                    : order_.session == Kind::subsystem ? "subsystem"
                                                                        : "shell";
        const bool words = order_.session != Kind::shell;
        const int started = ask([&] {
            return ::libssh2_channel_process_startup(
                channel_.get(), request.data(), static_cast<unsigned>(request.size()),
                words ? order_.command.data() : nullptr,
                words ? static_cast<unsigned>(order_.command.size()) : 0);
        });
        if (started == LIBSSH2_ERROR_CHANNEL_REQUEST_DENIED) {
            return fail(order_, request + " request failed on channel 0");
        }
        if (started != 0)
            return fail(order_, "the session did not begin: " + session_->last_error());
        return true;
    }

    [[nodiscard]] Patience patience() const {
        if (order_.alive_interval.count() == 0) return own_patience;
        return {std::max(order_.alive_interval, shortest_interval), order_.alive_count};
    }

    int pass_through() {
        const Pumped pumped = pump(*session_, channel_.get(), order_.no_input, patience());
        switch (pumped) {
            case Pumped::closed:
                return conclude();
            case Pumped::silent:
                fail(order_, "Timeout, server " + system::printable(order_.typed_host) +
                                 " not responding.");
                break;
            case Pumped::broken:
                fail(order_, "the connection broke: " + session_->last_error());
                break;
            case Pumped::no_reader:
                system::trace("the output is no longer read");
                break;
        }
        return failed_after_login();
    }

    int conclude() {
        ::libssh2_session_disconnect(session_->get(), "");
        session_->flush();
        const MessageWatch& messages = session_->messages();
        if (messages.status_told() || !messages.works()) {
            return ::libssh2_channel_get_exit_status(channel_.get());
        }
        const std::string signal = exit_signal();
        fail(order_, signal.empty() ? "the server did not say how the remote command ended"
                                    : "the remote command was ended by signal " + signal);
        return failed_after_login();
    }

    // It is nothing of the key's, and there is no more to say.
    [[nodiscard]] int failed_after_login() const {
        ssh::send_report(order_.report, ssh::Report::explained);
        return own_failure;
    }

    std::string exit_signal() {
        char* name = nullptr;
        std::size_t length = 0;
        ::libssh2_channel_get_exit_signal(channel_.get(), &name, &length, nullptr, nullptr, nullptr,
                                          nullptr);
        if (name == nullptr) return {};
        std::string signal = system::printable(std::string_view(name, length));
        ::libssh2_free(session_->get(), name);
        return signal;
    }

    const Order& order_;
    HostTrust trust_;
    Credential credential_;
    std::unique_ptr<LibrarySession> session_;
    Channel channel_;  // goes before its session
};

}  // namespace

int run_session(const Order& order) {
    return Session(order).run();
}

int run_session(const Order& order, Stream stream) {
    return Session(order).run(std::move(stream));
}

}  // namespace hfssh::native

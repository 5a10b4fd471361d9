#include "pump.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "outlet.hpp"

namespace hfssh::native {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t block = std::size_t{64} << 10;
// libssh2 sends no more than this of a write: what is left over would be a packet of its own.
constexpr std::size_t most_in_packet = 32700;
// More is not handed to the library before the socket has taken some.
constexpr std::size_t most_unsent = std::size_t{128} << 10;
// All directions get their turn, however fast a server sends.
constexpr auto turn = std::chrono::milliseconds(50);
// How long a server may take to end once its output is no longer read.
constexpr auto farewell = std::chrono::seconds(2);

class Pump {
  public:
    Pump(LibrarySession& session, LIBSSH2_CHANNEL* channel, bool no_input, const Patience& patience)
        : session_(session),
          channel_(channel),
          patience_(patience),
          input_(2 * most_in_packet),
          input_ended_(no_input) {
        ::libssh2_keepalive_config(session.get(), 1,
                                   static_cast<unsigned>(patience.interval.count()));
    }

    Pumped run() {
        for (;;) {
            bool progress = take_output();
            progress |= output_.drain();
            progress |= errors_.drain();
            progress |= send_input();
            session_.flush();
            if (ended()) return Pumped::closed;
            // What came before the line broke has been passed on.
            if (error_ && output_.empty() && errors_.empty()) return Pumped::broken;
            if (!progress && may_take() && session_.hung_up()) return Pumped::broken;
            if (output_.broken()) return wait_for_farewell();
            if (!progress && !wait()) return Pumped::silent;
        }
    }

  private:
    // The library grants the server more with each piece that we take. Both outlets must have room,
    // so that what waits in the library stays within one window.
    [[nodiscard]] bool may_take() const {
        return !error_ && output_.has_room() && errors_.has_room();
    }

    bool take_output() {
        if (!may_take()) return false;
        // No more is read than goes on at once: what waits in the library leaves the processor's
        // cache, and our reader waits meanwhile.
        session_.read_until(Clock::now() + turn, block);
        const bool some = take(output_, 0);
        return take(errors_, SSH_EXTENDED_DATA_STDERR) || some;
    }

    bool take(Outlet& outlet, int stream) {
        if (error_) return false;
        const auto count =
            ::libssh2_channel_read_ex(channel_, stream, outlet.room(), outlet.size());
        if (count > 0) outlet.filled(static_cast<std::size_t>(count));
        if (count < 0 && count != LIBSSH2_ERROR_EAGAIN) error_ = true;
        return count > 0;
    }

    void read_input() {
        input_ready_ = false;
        const ssize_t count = ::read(STDIN_FILENO, input_.data(), input_.size());
        if (count > 0) {
            begin_ = 0;
            end_ = static_cast<std::size_t>(count);
        } else if (count == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)) {
            input_ended_ = true;
        }
    }

    bool send_input() {
        if (error_ || remote_closed_) return false;
        if (begin_ == end_ && input_ready_ && !input_ended_) read_input();
        waits_for_window_ = false;
        bool any = false;
        session_.read_until(Clock::now() + turn, block);
        while (begin_ < end_ && session_.unsent() < most_unsent) {
            const auto count =
                ::libssh2_channel_write_ex(channel_, 0, input_.data() + begin_, end_ - begin_);
            if (count == LIBSSH2_ERROR_EAGAIN || count == 0) {
                waits_for_window_ = true;
                return any;
            }
            // The other side has closed: it has heard enough, and says in its own way how it ended.
            if (count == LIBSSH2_ERROR_CHANNEL_CLOSED || count == LIBSSH2_ERROR_CHANNEL_EOF_SENT) {
                begin_ = end_ = 0;
                input_ended_ = true;
            } else if (count < 0) {
                error_ = true;
                return any;
            } else {
                begin_ += static_cast<std::size_t>(count);
            }
            any = true;
        }
        if (input_ended_ && begin_ == end_ && !eof_sent_ &&
            ::libssh2_channel_send_eof(channel_) != LIBSSH2_ERROR_EAGAIN) {
            eof_sent_ = true;
            any = true;
        }
        return any;
    }

    // The server has closed the channel, and all that it sent has gone on.
    bool ended() {
        if (error_ || ::libssh2_channel_eof(channel_) != 1) return false;
        if (!output_.empty() || !errors_.empty()) return false;
        output_.close();
        session_.read_until(Clock::now() + turn);
        const int closed = ::libssh2_channel_wait_closed(channel_);
        if (closed < 0 && closed != LIBSSH2_ERROR_EAGAIN) error_ = true;
        remote_closed_ = closed == 0;
        return remote_closed_;
    }

    // As ssh(1) we tell the server that no one listens; it may still say how its command ended.
    Pumped wait_for_farewell() {
        const int gone =
            session_.run([this] { return close_unread(); }, Clock::now() + farewell, {});
        return gone == 0 && session_.messages().status_told() ? Pumped::closed : Pumped::no_reader;
    }

    // libssh2 waits for the other side's end only after all that it has sent.
    int close_unread() {
        const int closed = ::libssh2_channel_close(channel_);
        if (closed < 0) return closed;
        for (const int stream : {0, SSH_EXTENDED_DATA_STDERR}) {
            ssize_t count = 0;
            do {
                count = ::libssh2_channel_read_ex(channel_, stream, output_.room(), output_.size());
            } while (count > 0);
            if (count < 0 && count != LIBSSH2_ERROR_EAGAIN) return static_cast<int>(count);
        }
        if (::libssh2_channel_eof(channel_) != 1) return LIBSSH2_ERROR_EAGAIN;
        return ::libssh2_channel_wait_closed(channel_);
    }

    [[nodiscard]] bool listens() const {
        return !error_ && (may_take() || waits_for_window_) && !session_.hung_up();
    }

    // Until something can be done; false if the server has been silent for too long.
    bool wait() {
        std::vector<pollfd> watched;
        const auto watch = [&](int fd, int events) {
            if (events != 0) watched.push_back({fd, static_cast<short>(events), 0});
        };
        watch(session_.stream().socket(),
              (listens() ? POLLIN : 0) | (session_.unsent() > 0 ? POLLOUT : 0));
        watch(STDOUT_FILENO, output_.empty() ? 0 : POLLOUT);
        watch(STDERR_FILENO, errors_.empty() ? 0 : POLLOUT);
        const bool wants_input = !input_ended_ && begin_ == end_ && !remote_closed_ && !error_;
        watch(STDIN_FILENO, wants_input ? POLLIN : 0);
        (void)wait_for(watched, wake_up(), {});
        if (wants_input) input_ready_ = watched.back().revents != 0;
        return !listens() || ask_silent_server();
    }

    [[nodiscard]] Clock::time_point wake_up() const {
        if (!listens()) return Clock::now() + patience_.interval;
        return std::max(session_.last_heard(), asked_) + patience_.interval;
    }

    bool ask_silent_server() {
        const auto now = Clock::now();
        if (session_.last_heard() > asked_) unanswered_ = 0;
        if (now < std::max(session_.last_heard(), asked_) + patience_.interval) return true;
        if (patience_.count > 0 && unanswered_ >= patience_.count) return false;
        int next = 0;
        ::libssh2_keepalive_send(session_.get(), &next);
        asked_ = now;
        ++unanswered_;
        return true;
    }

    LibrarySession& session_;
    LIBSSH2_CHANNEL* channel_;
    Patience patience_;
    Outlet output_{STDOUT_FILENO, block};
    Outlet errors_{STDERR_FILENO, block};
    std::vector<char> input_;
    std::size_t begin_ = 0;  // of what was read and not yet sent
    std::size_t end_ = 0;
    bool input_ready_ = false;
    bool input_ended_;
    bool eof_sent_ = false;
    bool waits_for_window_ = false;
    bool remote_closed_ = false;
    bool error_ = false;
    Clock::time_point asked_ = {};
    int unanswered_ = 0;
};

}  // namespace

Pumped pump(LibrarySession& session, LIBSSH2_CHANNEL* channel, bool no_input,
            const Patience& patience) {
    constexpr int as_ssh = 255;
    const StreamMode mode(as_ssh);
    return Pump(session, channel, no_input, patience).run();
}

}  // namespace hfssh::native

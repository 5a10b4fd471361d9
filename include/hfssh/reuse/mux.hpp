#pragma once

#include <sys/types.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hfssh/system/unique_fd.hpp"

// The client's side of ssh's connection sharing: OpenSSH's PROTOCOL.mux, version 4, the same since
// 5.6. Spoken by hf-ssh itself because ssh's own client waits for a stopped master for ever, prints
// lines when a server refuses a second session, and does not report which of the two happened.
namespace hfssh::reuse {

// A remote command, run as `ssh -T` would. Empty: the server's own (a greeting).
struct Session {
    std::string command;
    std::vector<std::string> environment;  // "NAME=VALUE"; the master sends what its SendEnv allows
};

struct Message {
    enum Type : std::uint32_t {
        hello = 0x00000001,
        new_session = 0x10000002,
        alive_check = 0x10000004,
        ok = 0x80000001,
        permission_denied = 0x80000002,
        failure = 0x80000003,
        exit_message = 0x80000004,
        alive = 0x80000005,
        session_opened = 0x80000006,
    };
    std::uint32_t type = 0;
    std::uint32_t first = 0;   // the version; else the request's or the session's number
    std::uint32_t second = 0;  // the session, the exit status, or the master's process
};

// Takes one message off the front of BYTES; nullopt if there is no whole one yet, or it is none
// that a master sends (then BYTES are emptied and BROKEN is set). Pure.
[[nodiscard]] std::optional<Message> take_message(std::string& bytes, bool& broken);

// A master's control socket, connected.
class Mux {
  public:
    using Clock = std::chrono::steady_clock;

    // Nullopt if there is no master at PATH, or it does not answer UNTIL then (a stopped one).
    [[nodiscard]] static std::optional<Mux> connect(const std::string& path,
                                                    Clock::time_point until);

    // Asks for SESSION with STREAMS (standard input, output, error), which the master gets a copy
    // of. False if it could not be asked.
    [[nodiscard]] bool request(const Session& session, const std::array<int, 3>& streams);

    enum class Reply { opened, refused, lost };
    // What became of it: refused by the server, or the master or its connection is gone.
    [[nodiscard]] Reply opened(Clock::time_point until);
    // The remote command's exit status; nullopt if the session ended without one.
    [[nodiscard]] std::optional<int> exit_status(Clock::time_point until);

    // The master's process; 0 if it does not say.
    [[nodiscard]] pid_t master(Clock::time_point until);

    [[nodiscard]] int descriptor() const { return socket_.get(); }

  private:
    explicit Mux(system::UniqueFd socket) : socket_(std::move(socket)) {}
    [[nodiscard]] bool send(std::string_view payload);
    [[nodiscard]] std::optional<Message> next(Clock::time_point until);

    system::UniqueFd socket_;
    std::string bytes_;
};

// What a server allows on one connection, found out by two greetings at once on the idle
// connection of the master at PATH: nothing is at stake there. `none` also if it ended meanwhile.
enum class Allowed { none, after, beside };
[[nodiscard]] std::string_view name_of(Allowed allowed);
[[nodiscard]] std::optional<Allowed> allowed_by_name(std::string_view name);
[[nodiscard]] Allowed try_two_sessions(const std::string& path,
                                       const std::function<bool()>& give_up);

}  // namespace hfssh::reuse

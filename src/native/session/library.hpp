#pragma once

#include <libssh2.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "hfssh/native/line/addresses.hpp"
#include "hfssh/native/line/stream.hpp"

// Wraps libssh2. Only src/native includes this.
namespace hfssh::native {

// libssh2 reports an exit status of 0 for a command whose server sent none, as if it had succeeded.
// The library keeps each message of the server in memory that it frees through us, which is enough
// to see whether there was a status (RFC 4254 section 6.10).
class MessageWatch {
  public:
    void look_at(std::string_view freed);

    // Have any messages been seen? A later library may keep them elsewhere.
    [[nodiscard]] bool works() const { return works_; }
    [[nodiscard]] bool status_told() const { return status_told_; }

  private:
    bool works_ = false;
    bool status_told_ = false;
};

// A session over a stream. It never blocks by itself.
//
// What the library sends is taken whole and at once, and kept here until the socket takes it: the
// library cannot do anything else while a packet of its own is on its way in part, not even read,
// and two sides that wait for each other to read would wait for ever. Whoever sends much looks at
// unsent() first.
class LibrarySession {
  public:
    // Throws std::bad_alloc.
    explicit LibrarySession(Stream stream);
    ~LibrarySession();
    LibrarySession(const LibrarySession&) = delete;
    LibrarySession& operator=(const LibrarySession&) = delete;

    [[nodiscard]] LIBSSH2_SESSION* get() const { return session_; }
    [[nodiscard]] Stream& stream() { return stream_; }

    // Can the library do METHOD (LIBSSH2_METHOD_…) NAME?
    [[nodiscard]] bool supports(int method, const std::string& name) const;
    // Allows of METHOD only NAMES, comma separated, less those that the library lacks. False if
    // nothing is left.
    [[nodiscard]] bool allow(int method, const std::string& names);

    // What is allowed of it.
    [[nodiscard]] const std::string& allowed(int method) { return allowed_[method]; }
    // Allows fewer: those of NAMES that are allowed already.
    [[nodiscard]] bool narrow(int method, const std::string& names);

    // Repeats CALL, a call of libssh2, until it is done; returns its last result. Or
    // LIBSSH2_ERROR_TIMEOUT at DEADLINE, and gave_up() where GIVE_UP said so.
    [[nodiscard]] int run(const std::function<int()>& call, Deadline deadline,
                          const GiveUp& give_up);
    static constexpr int gave_up = -1000;

    // The host key (RFC 4253 section 6.6) that the server has proven to have, in the exchange whose
    // keys protect all that follows; empty before. libssh2_session_hostkey() is not that: it gives
    // what any later exchange shows, before its signature is checked, and the library goes on
    // with the old keys if such an exchange fails.
    [[nodiscard]] const std::string& proven_host_key() const { return proven_host_key_; }

    // How many packets the library has sent in all, its version among them.
    [[nodiscard]] std::size_t packets_sent() const { return packets_sent_; }
    // How many bytes of them wait for the socket.
    [[nodiscard]] std::size_t unsent() const { return outgoing_.size() - sent_; }
    // Sends of them what the socket takes now.
    void flush();

    // The server has hung up, or the line broke: nothing comes after what the library has.
    [[nodiscard]] bool hung_up() const { return line_ != Line::open; }
    // It has sent SSH_MSG_DISCONNECT (RFC 4253 section 11.1).
    [[nodiscard]] bool said_goodbye() const { return !goodbye_.empty(); }

    // No call of the library's reads from the server beyond WHEN, nor much more than MOST bytes: it
    // would go on for as long as a server sends, and keep it all. run() takes its own deadline.
    void read_until(Deadline when, std::size_t most = std::numeric_limits<std::size_t>::max()) {
        read_until_ = when;
        may_read_ = most;
    }

    // When the last byte came from the server.
    [[nodiscard]] std::chrono::steady_clock::time_point last_heard() const { return last_heard_; }
    [[nodiscard]] const MessageWatch& messages() const { return messages_; }

    // What went wrong last, in the server's words where it said goodbye, else in the library's:
    // printable.
    [[nodiscard]] std::string last_error() const;

  private:
    struct Callbacks;
    [[nodiscard]] LIBSSH2_SESSION* make();
    enum class Line { open, closed, broken };
    [[nodiscard]] long take(const char* bytes, std::size_t size);
    void look_for_proof(std::string_view packet);
    [[nodiscard]] bool may_read() const;
    [[nodiscard]] long refuse_more();
    [[nodiscard]] long heard(long count, int error);
    [[nodiscard]] bool owns(int socket) const { return socket == stream_.socket(); }

    Stream stream_;
    MessageWatch messages_;
    std::string start_;  // the first bytes that were received
    std::map<int, std::string> allowed_;
    std::string proven_host_key_;
    std::size_t held_ = 0;   // bytes that the library has of us
    bool overfull_ = false;  // it was refused more
    bool late_ = false;      // the last run() ended at its deadline
    std::size_t packets_sent_ = 0;
    std::string outgoing_;
    std::size_t sent_ = 0;  // of outgoing_
    std::string goodbye_;
    Deadline read_until_ = Deadline::max();
    std::size_t may_read_ = std::numeric_limits<std::size_t>::max();
    Line line_ = Line::open;
    int line_error_ = 0;
    std::chrono::steady_clock::time_point last_heard_ = std::chrono::steady_clock::now();
    LIBSSH2_SESSION* session_;  // last: it uses all the others
};

// Modern algorithms only, whatever the library would offer: no SHA-1 key exchange, no CBC, no
// SHA-1 or MD5 in a MAC. False if the library has none of one kind.
[[nodiscard]] bool allow_modern_only(LibrarySession& session);

}  // namespace hfssh::native

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "hfssh/reuse/mux.hpp"
#include "hfssh/system/own_directory.hpp"
#include "hfssh/system/unique_fd.hpp"

// Where the masters' sockets are: $XDG_RUNTIME_DIR/hf-ssh, ours alone (0700). Of each connection
// there are a socket and a file beside it, locked by the run whose session has the connection to
// itself; the file says what that run knows of the connection.
namespace hfssh::reuse {

// What is written in a connection's file.
struct Note {
    std::string host_key;  // the fingerprint that the helper accepted; empty: not yet known
    bool push = false;     // the session that holds the lock is git-receive-pack
    std::optional<Allowed> allowed;  // once it was tried on this connection
};

// One connection, there or to be made.
class Slot {
  public:
    [[nodiscard]] const std::string& socket() const { return socket_; }
    // Is the lock ours? Else another run's session is on it.
    [[nodiscard]] bool ours() const { return ours_; }
    [[nodiscard]] Note note() const;
    void write(const Note& note) const;
    // The file was used now; see last_use().
    void touch() const;
    void unlock();

  private:
    friend class Room;
    std::string socket_;
    system::UniqueFd file_;
    bool ours_ = false;
};

// Removes the socket and the file of a connection that has ended for good, and their directory if
// it is empty then.
void remove_slot(const std::string& socket);
// Seconds since the connection was used last; 0 if that is not known.
[[nodiscard]] long idle_seconds(const std::string& socket);

class Room {
  public:
    static constexpr int most_slots = 8;
    enum class Missing { leave, make };

    // Or why there is none: "XDG_RUNTIME_DIR is not set". With Missing::leave, one that is not
    // there is no error.
    [[nodiscard]] static std::variant<Room, std::string> open(Missing missing);
    // If it is empty; the next run makes it again.
    void remove() const;

    // The connection NUMBER of all that share NAME, a few characters of a file name. Nullopt if
    // there is no such file and it is not to be MADE, or it cannot be opened.
    [[nodiscard]] std::optional<Slot> slot(const std::string& name, int number,
                                           Missing missing) const;
    // Why ssh could not make a socket of this name; empty if it can.
    [[nodiscard]] std::string unfit(const Slot& slot) const;
    // Removes what masters that were killed have left.
    void clear() const;

  private:
    explicit Room(system::OwnDirectory directory) : directory_(std::move(directory)) {}
    system::OwnDirectory directory_;
};

}  // namespace hfssh::reuse

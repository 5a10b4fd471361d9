#pragma once

#include <libssh2.h>

#include <functional>
#include <memory>
#include <string>

#include "hfssh/native/addresses.hpp"
#include "hfssh/native/stream.hpp"
#include "hfssh/native/waiting.hpp"

// What libssh2 needs around it. Only src/native includes this.
namespace hfssh::native {

// A session over a stream. It never blocks by itself.
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
    // Allows of METHOD only NAMES, comma separated, less those that the library lacks. False where
    // nothing is left.
    [[nodiscard]] bool allow(int method, const std::string& names);

    // Repeats CALL, a call of libssh2, until it is through: what it returned last. Or
    // LIBSSH2_ERROR_TIMEOUT at DEADLINE, and gave_up() where GIVE_UP said so.
    [[nodiscard]] int run(const std::function<int()>& call, Deadline deadline,
                          const GiveUp& give_up);
    static constexpr int gave_up = -1000;

    // What went wrong last, in the library's words: printable.
    [[nodiscard]] std::string last_error() const;

  private:
    Stream stream_;
    LIBSSH2_SESSION* session_ = nullptr;
};

// Modern algorithms only, whatever the library would offer: no SHA-1 key exchange, no CBC, no
// SHA-1 or MD5 in a MAC. False where the library has none of one kind.
[[nodiscard]] bool allow_modern_only(LibrarySession& session);

}  // namespace hfssh::native

#pragma once

#include <chrono>
#include <memory>

#include "hfssh/transport/order.hpp"
#include "library.hpp"

namespace hfssh::native {

struct ChannelDeleter {
    void operator()(LIBSSH2_CHANNEL* channel) const { ::libssh2_channel_free(channel); }
};
using Channel = std::unique_ptr<LIBSSH2_CHANNEL, ChannelDeleter>;

enum class Pumped {
    closed,     // the server closed the channel, as it does in the end
    broken,     // the connection broke: LibrarySession::last_error()
    silent,     // no byte came for too long, though asked for
    no_reader,  // no one reads our standard output any more
};

// How long a silent server is waited for: a question to it (RFC 4254 section 4, a global request)
// each INTERVAL without a byte, and the end after COUNT of them unanswered; a COUNT of zero never
// ends.
struct Patience {
    std::chrono::seconds interval;
    int count;
};

// Passes our three standard streams through CHANNEL, all directions at once, until the server
// closes it: the end of our input is sent, that of its output closes ours.
[[nodiscard]] Pumped pump(LibrarySession& session, LIBSSH2_CHANNEL* channel, bool no_input,
                          const Patience& patience);

}  // namespace hfssh::native

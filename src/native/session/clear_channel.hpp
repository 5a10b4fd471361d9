#pragma once

#include <string>
#include <string_view>

#include "clear_packet.hpp"
#include "hfssh/native/line/addresses.hpp"
#include "hfssh/native/line/stream.hpp"
#include "server_offer.hpp"

namespace hfssh::native {

// What we call ourselves to a server, without the line's end (RFC 4253 section 4.2).
[[nodiscard]] std::string_view own_version();

// The first words with a server, before any key is in force. A member that returns a text returns
// why it went wrong, for a person; empty: it did not.
class ClearChannel {
  public:
    ClearChannel(Stream& stream, Deadline deadline, const GiveUp& give_up)
        : stream_(stream), deadline_(deadline), give_up_(give_up) {}

    [[nodiscard]] std::string send(std::string_view bytes);
    // Says our version, and waits for the server's offer.
    [[nodiscard]] std::string greet(ServerOffer& offer);
    // Waits for a packet that carries MESSAGE, behind the offer; its payload.
    [[nodiscard]] std::string receive(unsigned message, std::string& payload);

  private:
    [[nodiscard]] std::string receive_more();
    [[nodiscard]] std::string say_closed() const;

    Stream& stream_;
    Deadline deadline_;
    const GiveUp& give_up_;
    std::string received_;  // and not yet used up
};

}  // namespace hfssh::native

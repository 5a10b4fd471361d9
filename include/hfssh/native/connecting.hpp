#pragma once

#include "hfssh/native/name_lookup.hpp"
#include "hfssh/system/unique_fd.hpp"

// One address at a time: the steps that connect() and look_at_addresses() are made of.
namespace hfssh::native {

// A connection on its way.
struct Attempt {
    Address address;
    system::UniqueFd socket;  // none where it failed at once
    Reach reach = Reach::failed;
    std::string text;  // where it failed, or is connected
    std::chrono::steady_clock::time_point start;

    [[nodiscard]] bool pending() const { return static_cast<bool>(socket) && text.empty(); }
    [[nodiscard]] bool connected() const { return reach == Reach::connected; }
};

// Starts to connect; never blocks.
[[nodiscard]] Attempt start_attempt(const Place& place, const Address& address);
// Once its socket is ready for writing: connected, or why not.
void settle(Attempt& attempt);
// Ends one that is still pending, for this reason.
void abandon(Attempt& attempt, Reach reach);

// Binds SOCKET as BindAddress and BindInterface ask; errno, 0 where nothing is asked.
[[nodiscard]] int bind_source(int socket, int family, const Place& place);

}  // namespace hfssh::native

#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "hfssh/system/unique_fd.hpp"
#include "name_lookup.hpp"

// One address at a time: the steps that connect() and look_at_addresses() are made of.
namespace hfssh::native {

// A connection on its way.
struct Attempt {
    Address address;
    system::UniqueFd socket;  // none if it failed at once
    Reach reach = Reach::failed;
    std::string text;  // where it failed, or is connected
    std::chrono::steady_clock::time_point start;

    [[nodiscard]] bool pending() const { return static_cast<bool>(socket) && text.empty(); }
    [[nodiscard]] bool connected() const { return reach == Reach::connected; }
};

// The addresses of BindAddress and BindInterface.
struct Source {
    std::vector<Address> addresses;  // of BindAddress, of either family
    int error = 0;                   // errno if it cannot be used; ECANCELED: given up
    std::string interface = {};      // BindInterface
};

// Looks up BindAddress, once for all attempts.
[[nodiscard]] Source find_source(const Place& place, Deadline deadline, const GiveUp& give_up);

// Starts to connect; never blocks.
[[nodiscard]] Attempt start_attempt(const Source& source, const Address& address);
// Once its socket is ready for writing: connected, or why not.
void settle(Attempt& attempt);
// Ends one that is still pending, for this reason.
void abandon(Attempt& attempt, Reach reach);

}  // namespace hfssh::native

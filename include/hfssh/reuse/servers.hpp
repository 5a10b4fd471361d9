#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "hfssh/reuse/mux.hpp"

// What servers were seen to allow on one connection, remembered in the state directory: that two
// sessions at once work, for a week and of this host key; that they do not, for a day.
namespace hfssh::reuse {

struct Server {
    std::string host;
    std::string port;
};

struct Experience {
    Allowed allowed = Allowed::none;
    std::string host_key;  // fingerprint
};

using Time = std::chrono::system_clock::time_point;

// Of the file's TEXT; nullopt if nothing is known of SERVER NOW. Pure.
[[nodiscard]] std::optional<Experience> read_experience(std::string_view text, const Server& server,
                                                        Time now);
// TEXT with it added, and without what has expired. Pure.
[[nodiscard]] std::string add_experience(std::string_view text, const Server& server,
                                         const Experience& experience, Time now);

[[nodiscard]] std::optional<Experience> recall_server(const Server& server);
void remember_server(const Server& server, const Experience& experience);
// True if nothing is remembered any more.
bool forget_servers();

}  // namespace hfssh::reuse

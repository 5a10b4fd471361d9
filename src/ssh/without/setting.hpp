#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hfssh/ssh/config/lines.hpp"

namespace hfssh::ssh {

// One line of ssh_config(5), on a machine whose ssh cannot be asked. Pure, but for the names of
// ports and the variables of an IdentityAgent.
struct Setting {
    enum class Kind {
        honoured,
        harmless,      // makes no difference to a connection by the native transport
        not_honoured,  // would make one, or is not known
        malformed,     // ssh stops at it. FAULT says why
    };
    Kind kind = Kind::not_honoured;
    std::string keyword = {};  // lower case, as `ssh -G` prints it
    // As it prints them; several for SendEnv and SetEnv only, none for "ConnectTimeout none".
    // HostName and IdentityAgent are raw: they depend on the other settings.
    std::vector<std::string> values = {};
    std::string fault = {};
};

// The value of a list of algorithms that leaves ssh's own list in force.
inline constexpr std::string_view own_list = "+";

[[nodiscard]] Setting read_setting(const ConfigLine& line);

}  // namespace hfssh::ssh

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hfssh::manage {

// What ssh(1) has against a configuration, in its own words on standard error.
struct SshComplaint {
    enum class Kind {
        line,         // FILE, line LINE
        option,       // an option of the command line
        permissions,  // who owns FILE, or may write it
        other,
    };
    Kind kind = Kind::other;
    std::string file;
    int line = 0;
    std::string text;  // without the place: "Bad configuration option: nonsense"
};

// The first complaint in WORDS that says where it is about, else the first line. None where there
// is no word at all. Pure.
[[nodiscard]] std::optional<SshComplaint> read_ssh_complaint(std::string_view words);

}  // namespace hfssh::manage

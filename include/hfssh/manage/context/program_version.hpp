#pragma once

#include <optional>
#include <string_view>

namespace hfssh::manage {

struct Version {
    int major = 0;
    int minor = 0;
    friend bool operator==(const Version&, const Version&) = default;
    friend bool operator<(const Version& a, const Version& b) {
        return a.major != b.major ? a.major < b.major : a.minor < b.minor;
    }
};

// "git version 2.39.5 (Apple Git-154)". None for anything else. Pure.
[[nodiscard]] std::optional<Version> read_git_version(std::string_view text);

// What `ssh -V` says: "OpenSSH_9.2p1 Debian-2+deb12u3, OpenSSL 3.0.15", also
// "OpenSSH_for_Windows_9.5p1". None where it is another program. Pure.
[[nodiscard]] std::optional<Version> read_openssh_version(std::string_view text);

// "9.2p1 Debian-2+deb12u3", "2.39.5": what stands behind the program's name, as far as the first
// comma or line end. Pure.
[[nodiscard]] std::string_view version_words(std::string_view text);

}  // namespace hfssh::manage

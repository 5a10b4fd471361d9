#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "hfssh/hub/server_key.hpp"

namespace hfssh::hub {

// Where a key is written down; no file means that it is published and compiled in.
struct Origin {
    std::string file;
    std::size_t line = 0;
    [[nodiscard]] bool is_published() const { return file.empty(); }
};

// Something in a file that is not as it should be.
struct Problem {
    enum class Severity {
        passed_over,  // a line for other hosts, or one that only a pattern or a hash makes ours
        broken,       // a line that should add a key and cannot: to be named, it widens nothing
        fatal,        // a revocation may be lost here: no key can be trusted until it is fixed
    };
    Severity severity = Severity::fatal;
    Origin where;
    std::string text;  // printable, no full stop: "the key is cut short or damaged"
};

struct KnownKey {
    ServerKey key;
    Origin origin;
};

// A file in the format of known_hosts(5) (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT), as far as it
// speaks of hf.co.
struct KnownHosts {
    std::vector<KnownKey> additions;    // lines whose host list has the literal name hf.co
    std::vector<KnownKey> revocations;  // @revoked lines, whatever their host list
    std::vector<Problem> problems;
};

// FILE is the name that origins and problems carry. Pure.
//
// A revocation must not be lost to a slip of the pen. Fatal are therefore: a line with "@" in front
// that is neither @revoked nor @cert-authority (markers are lower case), "@revoked" anywhere but in
// front, a @revoked line whose key cannot be read whole, and, comments included, any control
// character but a tab and the carriage return of a CRLF, and a Unicode line separator: where those
// stand, an editor shows other lines than those that are read. The length of a line has no limit,
// and a byte order mark before the file is ignored.
[[nodiscard]] KnownHosts read_known_hosts(const std::string& file, std::string_view text);

}  // namespace hfssh::hub

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "hfssh/hub/known_hosts.hpp"

// Changes to a person's own file of host keys (known_hosts(5)): one line comes or goes, and every
// other byte stays as it was written, comments, blank lines and line ends included. Pure.
namespace hfssh::manage {

// "hf.co ssh-ed25519 AAAA… COMMENT", and "@revoked " in front of it.
[[nodiscard]] std::string addition_line(const hub::ServerKey& key, std::string_view comment);
[[nodiscard]] std::string revocation_line(const hub::ServerKey& key, std::string_view comment);

// TEXT with LINE behind its last one, ended as that one is: CRLF, LF, or not at all.
[[nodiscard]] std::string with_line(std::string_view text, std::string_view line);

// TEXT without the lines of these NUMBERS, counted from 1 as Origin does. A text whose last line
// has no end has none afterwards either. without_lines(with_line(t, l), {its number}) is t.
[[nodiscard]] std::string without_lines(std::string_view text,
                                        const std::vector<std::size_t>& numbers);

// The numbers of the lines that speak of a key.
[[nodiscard]] std::vector<std::size_t> lines_of(const std::vector<hub::KnownKey>& keys,
                                                const hub::ServerKey& key);

// Is AFTER read without a fatal problem, and does it say what BEFORE says but for COME behind it
// and GONE out of it? What fails this is never to be written.
struct Change {
    std::vector<hub::ServerKey> additions;    // that come
    std::vector<hub::ServerKey> revocations;  // likewise
    std::vector<std::size_t> gone;            // lines
};
[[nodiscard]] bool is_as_meant(const hub::KnownHosts& before, const hub::KnownHosts& after,
                               const Change& change);

}  // namespace hfssh::manage

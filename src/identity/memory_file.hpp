#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "hfssh/identity/memory_store.hpp"

// The text of the memory's files and their names. Pure; hf-ssh-config(5) has the fields.
namespace hfssh::identity {

inline constexpr std::size_t largest_memory_file = std::size_t{64} * 1024;

template <typename Entry>
struct Parsed {
    std::optional<Entry> entry;
    bool newer = false;        // of a version that is not ours: never written, never set aside
    std::string_view problem;  // why it is broken ("is not JSON"); empty if it is not
};

[[nodiscard]] Parsed<RememberedKey> parse_key_file(std::string_view text);
[[nodiscard]] Parsed<RememberedPush> parse_push_file(std::string_view text);

// Fields of FORMER (the file's text up to now, or empty) that are not known here are kept.
[[nodiscard]] std::string format_key_file(const RememberedKey& entry, std::string_view former);
[[nodiscard]] std::string format_push_file(const RememberedPush& entry, std::string_view former);

// Names that no two keys or namespaces share, on a file system that ignores letter case either, and
// that stay in their directory: a key's digest in hexadecimal; a namespace with everything but
// lower-case letters, digits, '-', '_' and inner dots as %xx, or hashed where that gets long. None
// for what is no SHA256 fingerprint, and for a namespace that can't be one (empty, longer than 255
// bytes, a control character, not UTF-8).
[[nodiscard]] std::optional<std::string> key_file_name(std::string_view fingerprint);
[[nodiscard]] std::optional<std::string> push_file_name(std::string_view name_space);

// An account as hf.co's greeting can name it; nothing else is stored.
[[nodiscard]] bool is_account(std::string_view account);

// A comment as it is stored: printable, at most a line's length.
[[nodiscard]] std::string stored_comment(std::string_view comment);

// RFC 3339 in UTC, whole seconds: "2026-01-31T23:59:59Z". The epoch for anything else, and for
// years that the clock does not reach.
[[nodiscard]] SystemTime parse_time(std::string_view text);
[[nodiscard]] std::string format_time(SystemTime time);

}  // namespace hfssh::identity

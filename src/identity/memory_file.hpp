#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "hfssh/identity/memory_store.hpp"

// The text of the memory's files and their names. Pure; hf-ssh-config(5) has the fields.
namespace hfssh::identity {

inline constexpr std::size_t largest_memory_file = std::size_t{64} * 1024;

// nullopt for anything that this version does not write.
[[nodiscard]] std::optional<RememberedKey> parse_key_file(std::string_view text);
[[nodiscard]] std::optional<RememberedPush> parse_push_file(std::string_view text);

[[nodiscard]] std::string format_key_file(const RememberedKey& entry);
[[nodiscard]] std::string format_push_file(const RememberedPush& entry);

// File names that no two keys or namespaces share, even on a file system that ignores letter case,
// and that cannot leave their directory: a key's digest in hexadecimal; a namespace with everything
// but lower-case letters, digits, '-', '_' and inner dots as %xx, or hashed if that is too long.
// nullopt for anything but a SHA256 fingerprint, and for an impossible namespace (empty, longer
// than 255 bytes, a control character, not UTF-8).
[[nodiscard]] std::optional<std::string> key_file_name(std::string_view fingerprint);
[[nodiscard]] std::optional<std::string> push_file_name(std::string_view name_space);

// An account as hf.co's greeting can name it; nothing else is stored.
[[nodiscard]] bool is_account(std::string_view account);

// A comment as it is stored: printable, at most a line's length.
[[nodiscard]] std::string stored_comment(std::string_view comment);

// RFC 3339 in UTC, whole seconds: "2026-01-31T23:59:59Z". The epoch for anything else, and for
// years before 1970 or after 2199.
[[nodiscard]] SystemTime parse_time(std::string_view text);
[[nodiscard]] std::string format_time(SystemTime time);

}  // namespace hfssh::identity

#pragma once

#include <optional>
#include <string>
#include <variant>

#include "hfssh/identity/key_file.hpp"
#include "hfssh/identity/public_key.hpp"

namespace hfssh::identity {

// A key on disk, with its neighbours: PATH.pub, PATH-cert.pub and PATH-cert.
struct StoredKey {
    std::string path;                // the private file; if there is none, the .pub
    std::optional<PublicKey> key;    // a plain one: the private file's own, else its .pub's
    std::optional<Algorithm> label;  // known even if the key is not
    std::string comment;
    bool has_private = false;
    bool encrypted = false;
    bool exposed = false;          // others may read the private file: ssh(1) declines it
    KeyForm form = KeyForm::good;  // of the private file
    bool has_public = false;       // PATH.pub is there, and is this key
    bool misleading = false;       // a neighbour is of another key: ssh(1) would offer that one
    std::string certificate;       // PATH-cert.pub if it certifies this key, else empty
};

// Why a path gives no key. DETAIL is for messages: "Permission denied", "is a directory".
struct NotStored {
    enum class Kind { missing, unreadable, no_key, alone };  // alone: no .pub file next to it
    Kind kind = Kind::missing;
    std::string detail;
};

// Reads PATH and its neighbours. PATH is a private file; or a name of which only PATH.pub exists
// (the private half is in an agent or on a token); or that .pub itself, which becomes the private
// file next to it if that is the same key. Never blocks; a file above 64 KiB is not a key.
[[nodiscard]] std::variant<StoredKey, NotStored> load_key(const std::string& path);

}  // namespace hfssh::identity

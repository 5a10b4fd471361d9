// A key on disk and the files next to it, as ssh(1) would see them.
#include "hfssh/identity/stored_key.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "hfssh/identity/key_file.hpp"
#include "hfssh/identity/key_text.hpp"
#include "hfssh/system/files.hpp"

namespace hfssh::identity {

namespace {

std::variant<KeyFile, NotStored> read(const std::string& path) {
    std::variant<std::string, system::FileError> content =
        system::read_file(path, system::largest_small_file);
    if (auto* error = std::get_if<system::FileError>(&content)) {
        const bool missing = error->kind == system::FileError::Kind::missing;
        const auto kind = missing ? NotStored::Kind::missing : NotStored::Kind::unreadable;
        return NotStored{kind, std::move(error->detail)};
    }
    const Secret text(std::move(std::get<std::string>(content)));
    if (std::optional<KeyFile> file = read_stored_text(text.view())) return std::move(*file);
    std::string detail = no_private_key_in(text.view());
    if (detail.empty()) detail = "it holds no key that ssh could use";
    return NotStored{NotStored::Kind::no_key, std::move(detail)};
}

bool is_missing(const std::variant<KeyFile, NotStored>& file) {
    const auto* problem = std::get_if<NotStored>(&file);
    return problem != nullptr && problem->kind == NotStored::Kind::missing;
}

// The public key that ssh(1) would read from PATH, if any.
const KeyFile* public_half(const std::variant<KeyFile, NotStored>& file) {
    const auto* found = std::get_if<KeyFile>(&file);
    return found != nullptr && found->kind == KeyFile::Kind::public_key ? found : nullptr;
}

// A certificate's file given as the key itself means the plain key in it.
PublicKey plain_key(const PublicKey& key) {
    return key.is_certificate() ? read_public_key(key.plain()).value_or(key) : key;
}

// ssh(1) declines a private key of this user's that others may read.
bool is_exposed(const std::string& path) {
    struct stat info = {};
    return ::stat(path.c_str(), &info) == 0 && info.st_uid == ::getuid() &&
           (info.st_mode & 077U) != 0;
}

void add_public_file(StoredKey& stored) {
    const auto file = read(stored.path + ".pub");
    if (is_missing(file)) return;
    const KeyFile* found = public_half(file);
    if (found != nullptr && !stored.key) {
        stored.key = plain_key(*found->key);
        stored.label = stored.key->algorithm;
    }
    stored.has_public = found != nullptr && found->key->blob == stored.key->blob;
    if (stored.has_public) stored.comment = found->comment;
    stored.misleading = !stored.has_public;
}

// STEM is the private file's name, whether or not that file exists.
void add_certificate(StoredKey& stored, const std::string& stem) {
    const std::string path = stem + "-cert.pub";
    const auto file = read(path);
    if (!is_missing(file)) {
        const KeyFile* found = public_half(file);
        const bool own = found != nullptr && stored.key && found->key->is_certificate() &&
                         found->key->plain() == stored.key->blob;
        if (own) stored.certificate = path;
        stored.misleading = stored.misleading || !own;
    }
    // ssh(1) also tries the name without ".pub", and first.
    if (::access((stem + "-cert").c_str(), F_OK) == 0) stored.misleading = true;
}

StoredKey from_private(const std::string& path, KeyFile file) {
    StoredKey stored;
    stored.path = path;
    stored.key = std::move(file.key);
    stored.label = file.label;
    stored.has_private = true;
    stored.encrypted = file.encrypted;
    stored.exposed = is_exposed(path);
    stored.form = file.form;
    add_public_file(stored);
    add_certificate(stored, path);
    return stored;
}

StoredKey from_public(const std::string& path, const KeyFile& file, const std::string& stem) {
    StoredKey stored;
    stored.path = path;
    stored.key = plain_key(*file.key);
    stored.label = stored.key->algorithm;
    stored.comment = file.comment;
    stored.has_public = true;
    add_certificate(stored, stem);
    return stored;
}

std::string without_suffix(const std::string& path, std::string_view suffix) {
    return path.ends_with(suffix) ? path.substr(0, path.size() - suffix.size()) : std::string();
}

// PATH is public: the private file beside it, if that is the same key.
StoredKey with_private_half(const std::string& path, const KeyFile& file) {
    const bool certificate = file.key->is_certificate();
    const std::string stem = without_suffix(path, certificate ? "-cert.pub" : ".pub");
    if (stem.empty()) return from_public(path, file, path);
    auto beside = read(stem);
    auto* found = std::get_if<KeyFile>(&beside);
    if (found != nullptr && found->kind == KeyFile::Kind::private_key) {
        StoredKey stored = from_private(stem, std::move(*found));
        if (stored.key && stored.key->blob == file.key->plain()) return stored;
    }
    return from_public(path, file, stem);
}

}  // namespace

std::variant<StoredKey, NotStored> load_key(const std::string& path) {
    auto file = read(path);
    if (auto* found = std::get_if<KeyFile>(&file)) {
        if (found->kind == KeyFile::Kind::public_key) return with_private_half(path, *found);
        return from_private(path, std::move(*found));
    }
    if (is_missing(file)) {
        const auto beside = read(path + ".pub");
        if (const KeyFile* found = public_half(beside)) {
            return from_public(path + ".pub", *found, path);
        }
    }
    return std::get<NotStored>(std::move(file));
}

}  // namespace hfssh::identity

// The memory as the rest of hf-ssh sees it: which answers and pushes are worth a write, and the
// files that hold them.
#include "hfssh/identity/memory_store.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <tuple>

#include "hfssh/system/own_directory.hpp"
#include "hfssh/system/trace.hpp"
#include "memory_file.hpp"

namespace hfssh::identity {

namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::system_clock;
using system::OwnDirectory;
using Missing = OwnDirectory::Missing;

// By how much a time must differ to be worth a write of its own.
constexpr auto answer_grain = minutes(1);
constexpr auto push_grain = hours(24);

constexpr const char* keys_name = "keys";
constexpr const char* namespaces_name = "namespaces";
constexpr std::string_view suffix = ".json";

bool is_entry(std::string_view name) {
    return name.ends_with(suffix) && name.size() > suffix.size();
}

// NAME.json.XXXXXX of replace_file(): left by a write that was killed, if it is old.
bool is_temporary(std::string_view name) {
    constexpr std::size_t random = 7;
    return name.size() > random && name[name.size() - random] == '.' &&
           is_entry(name.substr(0, name.size() - random));
}

// NAME (keys/ or namespaces/) in the state directory.
OwnDirectory open(const std::string& state, const char* name, Missing missing = Missing::leave) {
    OwnDirectory directory = OwnDirectory::open(state, missing);
    if (directory) directory = directory.child(name, missing);
    directory.warn_if_unsafe();
    return directory;
}

// The entry in the file NAME; nullopt also if it is damaged, or about something else than its name.
template <typename Entry, typename Parse, typename NameOf>
std::optional<Entry> find(const OwnDirectory& directory, const std::string& name, Parse parse,
                          NameOf name_of) {
    const auto content = directory.read(name, largest_memory_file);
    if (const auto* error = std::get_if<system::FileError>(&content)) {
        if (error->kind != system::FileError::Kind::missing && system::tracing()) {
            system::trace("memory: " + directory.path() + "/" + name + ": " + error->detail);
        }
        return std::nullopt;
    }
    std::optional<Entry> entry = parse(std::get<std::string>(content));
    if (entry && name_of(*entry) == name) return entry;
    system::trace("memory: ignoring a damaged file: " + directory.path() + "/" + name);
    return std::nullopt;
}

// A clock that was wrong must not keep hf-ssh from asking for years.
SystemTime not_in_future(SystemTime time) {
    return time > system_clock::now() ? SystemTime() : time;
}

std::optional<RememberedKey> find_key(const OwnDirectory& directory, const std::string& name) {
    auto entry = find<RememberedKey>(directory, name, parse_key_file, [](const auto& found) {
        return key_file_name(found.key.fingerprint());
    });
    if (entry) entry->asked.when = not_in_future(entry->asked.when);
    return entry;
}

std::optional<RememberedPush> find_push(const OwnDirectory& directory, const std::string& name) {
    auto entry = find<RememberedPush>(directory, name, parse_push_file, [](const auto& found) {
        return push_file_name(found.name_space);
    });
    if (entry) entry->when = not_in_future(entry->when);
    return entry;
}

void sweep(const OwnDirectory& directory) {
    constexpr std::time_t stale_after = 3600;
    for (const std::string& name : directory.names()) {
        struct stat info = {};
        const bool stale =
            is_temporary(name) &&
            ::fstatat(directory.fd(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(info.st_mode) && info.st_mtime < std::time(nullptr) - stale_after;
        if (stale) (void)directory.remove(name);
    }
}

bool write(const OwnDirectory& directory, const std::string& name, std::string_view text) {
    if (directory) sweep(directory);
    const int error = directory.replace(name, text);
    if (error != 0 && system::tracing()) {
        system::trace("memory: " + directory.path() + "/" + name + ": " + std::strerror(error));
    }
    return error == 0;
}

}  // namespace

MemoryStore::MemoryStore(std::string state_directory, bool read_only)
    : directory_(state_directory.starts_with('/') ? std::move(state_directory) : std::string()),
      read_only_(read_only) {}

Memory MemoryStore::load(const std::vector<std::string>& fingerprints,
                         const std::string& name_space) const {
    Memory memory;
    const OwnDirectory keys = open(directory_, keys_name);
    for (const std::string& fingerprint : fingerprints) {
        const auto name = key_file_name(fingerprint);
        if (const auto known = unwritten_.find(fingerprint); known != unwritten_.end()) {
            memory.accounts.insert(*known);
        } else if (const auto found = keys && name ? find_key(keys, *name) : std::nullopt) {
            memory.accounts[fingerprint] = found->asked.account;
        }
    }
    if (const auto name = push_file_name(name_space)) {
        const OwnDirectory namespaces = open(directory_, namespaces_name);
        const auto found = namespaces ? find_push(namespaces, *name) : std::nullopt;
        if (found) memory.learned[name_space] = found->fingerprint;
    }
    return memory;
}

std::optional<Asked> MemoryStore::asked(const std::string& fingerprint) const {
    const auto name = key_file_name(fingerprint);
    const OwnDirectory directory = open(directory_, keys_name);
    if (!directory || !name) return std::nullopt;
    auto found = find_key(directory, *name);
    if (!found) return std::nullopt;
    return std::move(found->asked);
}

bool MemoryStore::remember_answer(const PublicKey& key, const std::string& comment,
                                  const Asked& asked) {
    auto plain = read_public_key(key.plain());
    if (!is_account(asked.account) || !plain) return false;
    if (write_answer({std::move(*plain), stored_comment(comment), asked})) {
        unwritten_.erase(key.fingerprint());
        return true;
    }
    unwritten_[key.fingerprint()] = asked.account;
    return false;
}

bool MemoryStore::write_answer(const RememberedKey& entry) {
    const auto name = key_file_name(entry.key.fingerprint());
    if (!remembers() || !name) return false;
    const OwnDirectory directory = open(directory_, keys_name, Missing::make);
    RememberedKey next = entry;
    if (const auto now = directory ? find_key(directory, *name) : std::nullopt) {
        if (now->asked.when > next.asked.when) return true;
        if (next.comment.empty()) next.comment = now->comment;
        if (next.comment == now->comment && next.asked.account == now->asked.account &&
            next.asked.when - now->asked.when < answer_grain) {
            return true;
        }
    }
    return write(directory, *name, format_key_file(next));
}

bool MemoryStore::remember_push(const std::string& name_space, const PublicKey& key) {
    const auto name = push_file_name(name_space);
    if (!remembers() || !name) return false;
    const OwnDirectory directory = open(directory_, namespaces_name, Missing::make);
    const RememberedPush next = {name_space, key.fingerprint(), system_clock::now()};
    const auto now = directory ? find_push(directory, *name) : std::nullopt;
    if (now && now->fingerprint == next.fingerprint && next.when - now->when < push_grain) {
        return true;
    }
    return write(directory, *name, format_push_file(next));
}

std::vector<RememberedKey> MemoryStore::keys() const {
    std::vector<RememberedKey> entries;
    const OwnDirectory directory = open(directory_, keys_name);
    for (const std::string& name : directory.names()) {
        auto found = is_entry(name) ? find_key(directory, name) : std::nullopt;
        if (found) entries.push_back(std::move(*found));
    }
    std::ranges::sort(entries, {}, [](const RememberedKey& entry) {
        return std::tuple(entry.asked.account, entry.key.fingerprint());
    });
    return entries;
}

std::vector<RememberedPush> MemoryStore::pushes() const {
    std::vector<RememberedPush> entries;
    const OwnDirectory directory = open(directory_, namespaces_name);
    for (const std::string& name : directory.names()) {
        auto found = is_entry(name) ? find_push(directory, name) : std::nullopt;
        if (found) entries.push_back(std::move(*found));
    }
    std::ranges::sort(entries, {}, &RememberedPush::name_space);
    return entries;
}

bool MemoryStore::forget_file(const char* directory, const std::string& name) const {
    const OwnDirectory opened = open(directory_, directory);
    if (!read_only_) return opened.remove(name);
    const auto names = opened.names();
    return std::ranges::find(names, name) == names.end();
}

bool MemoryStore::forget_key(const std::string& fingerprint) {
    unwritten_.erase(fingerprint);
    const auto name = key_file_name(fingerprint);
    if (directory_.empty() || !name) return true;
    bool gone = forget_file(keys_name, *name);
    for (const RememberedPush& push : pushes()) {
        if (push.fingerprint == fingerprint) gone = forget_namespace(push.name_space) && gone;
    }
    return gone;
}

bool MemoryStore::forget_namespace(const std::string& name_space) {
    const auto name = push_file_name(name_space);
    if (directory_.empty() || !name) return true;
    return forget_file(namespaces_name, *name);
}

bool MemoryStore::forget_all() {
    unwritten_.clear();
    if (directory_.empty()) return true;
    const bool keys_gone = forget_all_in(keys_name);
    return forget_all_in(namespaces_name) && keys_gone;
}

bool MemoryStore::forget_all_in(const char* name) const {
    const OwnDirectory directory = open(directory_, name);
    bool gone = directory || directory.error().kind == system::FileError::Kind::missing;
    for (const std::string& file : directory.names()) {
        if (!is_entry(file) && !is_temporary(file)) continue;
        gone = !read_only_ && directory.remove(file) && gone;
    }
    if (directory && !read_only_) (void)::rmdir(directory.path().c_str());  // if it is empty
    return gone;
}

}  // namespace hfssh::identity

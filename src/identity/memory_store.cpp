#include "hfssh/identity/memory_store.hpp"

#include <algorithm>
#include <tuple>

#include "hfssh/system/encode.hpp"
#include "memory_directory.hpp"
#include "memory_file.hpp"

namespace hfssh::identity {

namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::system_clock;
using State = MemoryDirectory::File::State;

// How long a question without an answer is not repeated, and by how much a time must differ to be
// worth a write of its own.
constexpr auto silence_lasts = hours(1);
constexpr auto answer_grain = minutes(1);
constexpr auto push_grain = hours(24);

template <typename Entry>
struct Found {
    std::optional<Entry> entry;
    std::string text;  // as the file has it
    bool writable = true;
};

// Reads the file NAME. One that is broken, or is not of what NAME stands for, is set aside.
template <typename Entry, typename Parse, typename NameOf>
Found<Entry> find(const MemoryDirectory& directory, const std::string& name, Parse parse,
                  NameOf name_of) {
    MemoryDirectory::File file = directory.read(name);
    if (file.state != State::present) return {std::nullopt, {}, file.state == State::missing};
    Parsed<Entry> parsed = parse(file.text);
    if (parsed.entry && name_of(*parsed.entry) != name) {
        parsed.entry.reset();
        parsed.problem = parsed.newer ? "" : "is of something else than its name says";
    }
    if (!parsed.problem.empty()) {
        directory.set_aside(name, file, parsed.problem);
        return {};
    }
    return {std::move(parsed.entry), std::move(file.text), !parsed.newer};
}

// A clock that was wrong must not keep us from asking for years.
SystemTime not_in_future(SystemTime time) {
    return time > system_clock::now() ? SystemTime() : time;
}

Found<RememberedKey> find_key(const MemoryDirectory& directory, const std::string& name) {
    auto found = find<RememberedKey>(
        directory, name, parse_key_file,
        [](const RememberedKey& entry) { return key_file_name(entry.key.fingerprint()); });
    if (found.entry) found.entry->asked.when = not_in_future(found.entry->asked.when);
    return found;
}

Found<RememberedPush> find_push(const MemoryDirectory& directory, const std::string& name) {
    auto found = find<RememberedPush>(
        directory, name, parse_push_file,
        [](const RememberedPush& entry) { return push_file_name(entry.name_space); });
    if (found.entry) found.entry->when = not_in_future(found.entry->when);
    return found;
}

MemoryDirectory keys_of(const std::string& parent, bool read_only, bool& warned) {
    return {parent, "keys", read_only, warned};
}

MemoryDirectory namespaces_of(const std::string& parent, bool read_only, bool& warned) {
    return {parent, "namespaces", read_only, warned};
}

}  // namespace

MemoryStore::MemoryStore(std::string state_directory, bool read_only)
    : directory_(state_directory.starts_with('/') ? std::move(state_directory) : std::string()),
      read_only_(read_only) {}

Memory MemoryStore::load(const std::vector<std::string>& fingerprints,
                         const std::string& name_space) const {
    Memory memory;
    for (const std::string& fingerprint : fingerprints) {
        const auto unwritten = unwritten_.find(fingerprint);
        if (unwritten == unwritten_.end()) continue;
        memory.accounts.insert(*unwritten);
    }
    if (directory_.empty()) return memory;
    for (const std::string& fingerprint : fingerprints) {
        if (memory.accounts.contains(fingerprint)) continue;
        const auto known = asked(fingerprint);
        if (!known) continue;
        const bool silent = known->account.empty();
        if (silent && system_clock::now() - known->when > silence_lasts) continue;
        memory.accounts[fingerprint] = known->account;
    }
    if (const auto name = push_file_name(name_space)) {
        const auto found = find_push(namespaces_of(directory_, read_only_, warned_), *name);
        if (found.entry) memory.learned[name_space] = found.entry->fingerprint;
    }
    return memory;
}

std::optional<Asked> MemoryStore::asked(const std::string& fingerprint) const {
    const auto name = key_file_name(fingerprint);
    if (directory_.empty() || !name) return std::nullopt;
    auto found = find_key(keys_of(directory_, read_only_, warned_), *name);
    if (!found.entry) return std::nullopt;
    return std::move(found.entry->asked);
}

bool MemoryStore::remember_answer(const PublicKey& key, const std::string& comment,
                                  const Asked& asked) {
    if (!asked.account.empty() && !is_account(asked.account)) return false;
    if (write_answer(key, comment, asked)) {
        unwritten_.erase(key.fingerprint());
        return true;
    }
    if (!asked.account.empty()) unwritten_[key.fingerprint()] = asked.account;
    return false;
}

bool MemoryStore::write_answer(const PublicKey& key, const std::string& comment,
                               const Asked& asked) {
    const auto name = key_file_name(key.fingerprint());
    auto plain = read_public_key(key.plain());
    if (directory_.empty() || read_only_ || !name || !plain) return false;
    const MemoryDirectory directory = keys_of(directory_, read_only_, warned_);
    const Found<RememberedKey> found = find_key(directory, *name);
    if (!found.writable) return false;
    RememberedKey next = {std::move(*plain), stored_comment(comment), asked};
    if (found.entry) {
        const RememberedKey& now = *found.entry;
        if (now.asked.when > next.asked.when) return true;
        if (next.comment.empty()) next.comment = now.comment;
        if (next.asked.account.empty()) next.asked.account = now.asked.account;
        if (next.comment == now.comment && next.asked.account == now.asked.account &&
            next.asked.when - now.asked.when < answer_grain) {
            return true;
        }
    }
    return directory.write(*name, format_key_file(next, found.text));
}

bool MemoryStore::remember_push(const std::string& name_space, const PublicKey& key) {
    const auto name = push_file_name(name_space);
    if (directory_.empty() || read_only_ || !name) return false;
    const MemoryDirectory directory = namespaces_of(directory_, read_only_, warned_);
    const Found<RememberedPush> found = find_push(directory, *name);
    if (!found.writable) return false;
    const RememberedPush next = {name_space, key.fingerprint(), system_clock::now()};
    if (found.entry && found.entry->fingerprint == next.fingerprint &&
        next.when - found.entry->when < push_grain) {
        return true;
    }
    return directory.write(*name, format_push_file(next, found.text));
}

std::vector<RememberedKey> MemoryStore::keys() const {
    std::vector<RememberedKey> entries;
    if (directory_.empty()) return entries;
    const MemoryDirectory directory = keys_of(directory_, read_only_, warned_);
    for (const std::string& name : directory.names()) {
        auto found = find_key(directory, name);
        if (found.entry) entries.push_back(std::move(*found.entry));
    }
    std::ranges::sort(entries, {}, [](const RememberedKey& entry) {
        return std::tuple(entry.asked.account, entry.key.fingerprint());
    });
    return entries;
}

std::vector<RememberedPush> MemoryStore::pushes() const {
    std::vector<RememberedPush> entries;
    if (directory_.empty()) return entries;
    const MemoryDirectory directory = namespaces_of(directory_, read_only_, warned_);
    for (const std::string& name : directory.names()) {
        auto found = find_push(directory, name);
        if (found.entry) entries.push_back(std::move(*found.entry));
    }
    std::ranges::sort(entries, {}, &RememberedPush::name_space);
    return entries;
}

bool MemoryStore::forget_key(const std::string& fingerprint) {
    unwritten_.erase(fingerprint);
    const auto name = key_file_name(fingerprint);
    if (directory_.empty() || !name) return true;
    bool gone = keys_of(directory_, read_only_, warned_).remove(*name);
    for (const RememberedPush& push : pushes()) {
        if (push.fingerprint == fingerprint) gone = forget_namespace(push.name_space) && gone;
    }
    return gone;
}

bool MemoryStore::forget_namespace(const std::string& name_space) {
    const auto name = push_file_name(name_space);
    if (directory_.empty() || !name) return true;
    return namespaces_of(directory_, read_only_, warned_).remove(*name);
}

bool MemoryStore::forget_all() {
    unwritten_.clear();
    if (directory_.empty()) return true;
    const bool keys_gone = keys_of(directory_, read_only_, warned_).remove_all();
    return namespaces_of(directory_, read_only_, warned_).remove_all() && keys_gone;
}

}  // namespace hfssh::identity

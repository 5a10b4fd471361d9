#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "hfssh/identity/public_key.hpp"

// What is remembered between runs, in ${XDG_STATE_HOME:-~/.local/state}/hf-ssh: one small JSON file
// per key (keys/) and per namespace (namespaces/), each replaced by rename, so that many processes
// and a network home need no lock. It is a cache: nothing here throws or fails a connection, and a
// damaged file, or one of another version, counts as absent and is overwritten. A directory that
// others own or can write is ignored, with one warning (system::OwnDirectory).
namespace hfssh::identity {

// What the choice rests on: of keys, the account that hf.co greeted ("anonymous" where it knew
// none); of namespaces, the key that last served a push there.
struct Memory {
    std::map<std::string, std::string> accounts;  // fingerprint -> account
    std::map<std::string, std::string> learned;   // namespace -> fingerprint
};

using SystemTime = std::chrono::system_clock::time_point;

// What hf.co answered about a key.
struct Asked {
    std::string account;  // "anonymous" if hf.co did not know the key; never empty
    SystemTime when;      // of the last answer; the epoch if it is in the future or unreadable
};

// One file of keys/.
struct RememberedKey {
    PublicKey key;        // plain, never a certificate
    std::string comment;  // printable, at most a line
    Asked asked;
};

// One file of namespaces/: the key that last served a push there.
struct RememberedPush {
    std::string name_space;
    std::string fingerprint;
    SystemTime when;
};

class MemoryStore {
  public:
    // If STATE_DIRECTORY is empty or not absolute, nothing is remembered. READ_ONLY: nothing is
    // ever written or removed (continuous integration, a key from the environment).
    MemoryStore(std::string state_directory, bool read_only);

    // Accounts of the keys with these fingerprints, and the key learned for NAME_SPACE (empty: no
    // namespace). A key that hf.co has not answered about is not among them.
    [[nodiscard]] Memory load(const std::vector<std::string>& fingerprints,
                              const std::string& name_space) const;

    [[nodiscard]] bool remembers() const { return !read_only_ && !directory_.empty(); }
    [[nodiscard]] std::optional<Asked> asked(const std::string& fingerprint) const;

    // Both return true if it is remembered now, and false, silently, if it could not be written. An
    // answer is not written if it is the same as one less than a minute older, nor a push if the
    // same one is less than a day old; an answer never replaces a later one. Call remember_answer()
    // with what hub::read_greeting gave: an empty account is no answer, and is not remembered. An
    // answer that could not be written still counts for load() of this very store.
    bool remember_answer(const PublicKey& key, const std::string& comment, const Asked& asked);
    bool remember_push(const std::string& name_space, const PublicKey& key);

    // Everything, for reports: keys by account and fingerprint, namespaces by name.
    [[nodiscard]] std::vector<RememberedKey> keys() const;
    [[nodiscard]] std::vector<RememberedPush> pushes() const;

    // True if nothing of it is left, even if there was nothing before. A key is forgotten together
    // with the namespaces that it served.
    bool forget_key(const std::string& fingerprint);
    bool forget_namespace(const std::string& name_space);
    bool forget_all();

  private:
    bool write_answer(const RememberedKey& entry);
    bool forget_file(const char* directory, const std::string& name) const;
    bool forget_all_in(const char* name) const;

    std::string directory_;  // empty: none
    bool read_only_;
    std::map<std::string, std::string> unwritten_;  // fingerprint -> account
};

}  // namespace hfssh::identity

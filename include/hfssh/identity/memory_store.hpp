#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "hfssh/identity/choice.hpp"
#include "hfssh/identity/public_key.hpp"

// What is remembered between runs, below ${XDG_STATE_HOME:-~/.local/state}/hf-ssh: one small JSON
// file per key (keys/) and per namespace (namespaces/), each replaced by rename, so that no lock is
// needed among many processes or on a network home. Memory is a convenience: nothing here throws or
// fails a connection. A broken file is renamed to NAME.broken, and the first one of a run is told
// of; a file that can't be read, or is of a newer hf-ssh, is left as it is.
namespace hfssh::identity {

using SystemTime = std::chrono::system_clock::time_point;

// When and what hf.co answered for a key.
struct Asked {
    std::string account;  // "anonymous" where hf.co did not know it; empty: no answer came
    SystemTime when;      // of the last question; the epoch where it is in the future or unreadable
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
    // A directory that is empty or not absolute: nothing is remembered. READ_ONLY: as read, nothing
    // is ever written, renamed or removed (continuous integration, a key from the environment).
    MemoryStore(std::string state_directory, bool read_only);

    // Accounts of the keys with these fingerprints, and what was learned of NAME_SPACE (empty:
    // none). A question of the last hour that got no answer is there as an empty account, so that
    // keys_to_ask() does not repeat it at once; an older one is not there.
    [[nodiscard]] Memory load(const std::vector<std::string>& fingerprints,
                              const std::string& name_space) const;

    // True where it is remembered now; false, and no word, where it could not be written. An answer
    // is not written where nothing changed but the time and that by less than a minute, a push
    // where only the time changed and that by less than a day. No answer never takes an account
    // away, and an answer never replaces a later one. Call it with what hub::read_greeting gave. An
    // account that could not be written is there for load() of this very store, all the same.
    [[nodiscard]] bool remembers() const { return !read_only_ && !directory_.empty(); }
    [[nodiscard]] std::optional<Asked> asked(const std::string& fingerprint) const;
    bool remember_answer(const PublicKey& key, const std::string& comment, const Asked& asked);
    bool remember_push(const std::string& name_space, const PublicKey& key);

    // Everything, for reports: keys by account and fingerprint, namespaces by name.
    [[nodiscard]] std::vector<RememberedKey> keys() const;
    [[nodiscard]] std::vector<RememberedPush> pushes() const;

    // True where nothing of it is left, also if there was nothing before. A key is forgotten with
    // the namespaces that it served.
    bool forget_key(const std::string& fingerprint);
    bool forget_namespace(const std::string& name_space);
    bool forget_all();

  private:
    bool write_answer(const PublicKey& key, const std::string& comment, const Asked& asked);

    std::string directory_;  // empty: none
    bool read_only_;
    mutable bool warned_ = false;
    std::map<std::string, std::string> unwritten_;  // fingerprint -> account
};

}  // namespace hfssh::identity

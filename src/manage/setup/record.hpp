#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "config_scope.hpp"
#include "hfssh/system/unique_fd.hpp"

namespace hfssh::manage {

// What setup added to a known_hosts file for plain ssh.
struct AddedHostKeys {
    std::string file;   // links resolved
    std::string added;  // the whole text, from the old end of the file on
    bool existed = false;
    bool made_directory = false;
};

// What setup did to one file of git's configuration: kept below the state directory, so that
// unsetup can put it back. Written before git is asked to change anything, with what git will have
// made of it: an interruption at any moment leaves a record that tells the three states apart.
struct SetupRecord {
    Scope scope = Scope::global;
    std::string file;                   // links resolved
    bool existed = false;               // before
    std::optional<std::string> before;  // its content; none where it was not to be kept
    std::string after;                  // fingerprint() of what setup left
    bool former_was_here = true;        // the --via stood in this very file
    std::vector<std::string> pushes;    // the pushInsteadOf that were added
    std::optional<AddedHostKeys> host_keys;
};

// The records, in STATE_DIRECTORY/setup (0700; the copies of configuration may hold secrets: 0600).
// One setup or unsetup at a time: the directory is locked while this lives.
class SetupRecords {
  public:
    SetupRecords();
    ~SetupRecords();
    SetupRecords(const SetupRecords&) = delete;
    SetupRecords& operator=(const SetupRecords&) = delete;

    // None where there is none, or it cannot be read.
    [[nodiscard]] std::optional<SetupRecord> find(Scope scope, const std::string& file) const;
    // False where it could not be written; nothing is left then.
    [[nodiscard]] bool save(const SetupRecord& record) const;
    void remove(Scope scope, const std::string& file) const;

  private:
    void note_made() const;
    std::string directory_;  // empty: no home
    std::string made_;       // the first directory on the way that had to be made; empty: none
    system::UniqueFd lock_;
};

}  // namespace hfssh::manage

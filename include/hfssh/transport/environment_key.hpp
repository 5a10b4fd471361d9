#pragma once

#include <optional>
#include <string>

#include "hfssh/system/temporary_directory.hpp"
#include "hfssh/system/unique_fd.hpp"

namespace hfssh::transport {

// HF_SSH_KEY (the text of a private key) or HF_SSH_KEY_FILE (its file, whatever its mode): for CI
// systems, which keep secrets in variables and write files that ssh declines.
class EnvironmentKey {
  public:
    // Takes both out of this process's environment, and so out of every child's, and removes what
    // killed runs left on disk.
    EnvironmentKey();
    ~EnvironmentKey();
    EnvironmentKey(const EnvironmentKey&) = delete;
    EnvironmentKey& operator=(const EnvironmentKey&) = delete;

    // An empty value counts as unset: a secret that a fork may not have is an empty variable.
    [[nodiscard]] bool is_set() const { return text_ || path_; }
    // The name of a variable that is set but empty, or an empty text; for the case that no other
    // key is found.
    [[nodiscard]] const std::string& empty_name() const { return empty_name_; }
    // "HF_SSH_KEY" or "HF_SSH_KEY_FILE"
    [[nodiscard]] const char* name() const { return text_ ? "HF_SSH_KEY" : "HF_SSH_KEY_FILE"; }
    // The path of a private file with the key (mode 0600), for ssh, that lives as long as this:
    // /proc/PID/fd/N of a file in memory, so that the key is in no file system; if the system has
    // none, in a TemporaryDirectory. Throws a system::Failure if there is no private key in it, or
    // one with a passphrase.
    [[nodiscard]] std::string file();
    // Removes that file now.
    void remove_file();

  private:
    std::optional<std::string> text_;
    std::optional<std::string> path_;
    std::string empty_name_;
    system::UniqueFd memory_;
    system::TemporaryDirectory directory_;
};

}  // namespace hfssh::transport

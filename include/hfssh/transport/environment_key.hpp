#pragma once

#include <optional>
#include <string>

#include "hfssh/system/temporary_directory.hpp"

namespace hfssh::transport {

// HF_SSH_KEY (the text of a private key) or HF_SSH_KEY_FILE (its file, whatever its mode): for CI
// systems, which keep secrets in variables and write files that ssh declines.
class EnvironmentKey {
  public:
    // Takes both out of this process's environment, and so out of every child's.
    EnvironmentKey();
    ~EnvironmentKey();
    EnvironmentKey(const EnvironmentKey&) = delete;
    EnvironmentKey& operator=(const EnvironmentKey&) = delete;

    [[nodiscard]] bool is_set() const { return text_ || path_; }
    // "HF_SSH_KEY" or "HF_SSH_KEY_FILE"
    [[nodiscard]] const char* name() const { return text_ ? "HF_SSH_KEY" : "HF_SSH_KEY_FILE"; }
    // Puts the key into a private file of mode 0600 that lives as long as this. Throws a
    // system::Failure where it is no private key, or one with a passphrase.
    [[nodiscard]] std::string file();
    // Removes that file now.
    void remove_file() { directory_.remove(); }

  private:
    std::optional<std::string> text_;
    std::optional<std::string> path_;
    system::TemporaryDirectory directory_;
};

}  // namespace hfssh::transport

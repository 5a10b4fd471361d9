#pragma once

#include <string>
#include <string_view>

#include "hfssh/system/unique_fd.hpp"

namespace hfssh::system {

// A private directory (0700) in memory where there is one ($XDG_RUNTIME_DIR, /dev/shm), else in
// /tmp: made when it is first needed, removed with its files at the end. It is locked (flock(2))
// while its process lives: making one clears those that a killed process has left.
class TemporaryDirectory {
  public:
    TemporaryDirectory() = default;
    ~TemporaryDirectory() { remove(); }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    // Its path, empty where none could be made.
    [[nodiscard]] const std::string& path();
    // Puts a file of mode 0600 into it; its path, empty where that failed.
    [[nodiscard]] std::string write(const std::string& name, std::string_view content);

    // Removes it before its time.
    void remove();

  private:
    std::string path_;
    UniqueFd lock_;
};

}  // namespace hfssh::system

#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "hfssh/system/unique_fd.hpp"

namespace hfssh::system {

// A private directory (0700) for what may not outlive a run: made when it is first needed, removed
// with its files at the end. It is in memory if possible: the first of $XDG_RUNTIME_DIR, /dev/shm,
// /tmp and $TMPDIR that takes it, in a directory of ours there ("hf-ssh-UID"). It is locked
// (flock(2)) while its process lives, so that the next run can tell what a killed one left.
class TemporaryDirectory {
  public:
    TemporaryDirectory() = default;
    ~TemporaryDirectory() { remove(); }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    // Its path, empty if none could be made.
    [[nodiscard]] const std::string& path();
    // Puts a file of mode 0600 into it; its path, empty if that failed.
    [[nodiscard]] std::string write(const std::string& name, std::string_view content);
    // Has FILL put files into a directory, in the first place where it returns 0 (else errno).
    // False if there is none. Files from before stay only if the place stays the same.
    [[nodiscard]] bool fill(const std::function<int(const std::string& directory)>& fill);
    // After a failure: every place and its cause, "/dev/shm: No space left on device; /tmp: …".
    [[nodiscard]] const std::string& problem() const { return problem_; }

    // Removes it before its time.
    void remove();

  private:
    [[nodiscard]] bool make(const std::string& base);
    std::string path_;
    UniqueFd lock_;
    std::string problem_;
};

// Removes what killed runs left. Costs a few failing system calls if there is nothing.
void clear_left_behind();

}  // namespace hfssh::system

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "hfssh/system/files.hpp"
#include "hfssh/system/unique_fd.hpp"

namespace hfssh::system {

// A directory that hf-ssh alone writes (the state directory and those in it), opened and checked:
// it belongs to the effective user and no other user can write it, checked on the open descriptor;
// no other user can replace a directory above it, up to the home directory, which is the effective
// user's own. So `sudo -E` neither reads nor writes below another user's home.
class OwnDirectory {
  public:
    enum class Missing { leave, make };

    // PATH is absolute. What is made has mode 0700; directories above it have 0777 less umask.
    [[nodiscard]] static OwnDirectory open(const std::string& path,
                                           Missing missing = Missing::leave);
    // The directory NAME in this one; a link does not count.
    [[nodiscard]] OwnDirectory child(std::string_view name, Missing missing = Missing::leave) const;

    // Can it be relied on? All that follows does nothing, and fails, if not.
    explicit operator bool() const { return static_cast<bool>(fd_); }
    // Why not: `missing`; `unsafe` ("it can be written by others (mode 0777)"); `unreadable`.
    [[nodiscard]] const FileError& error() const { return error_; }
    // Says so on stderr, the first time in this process, if it is there and is unsafe.
    void warn_if_unsafe() const;

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] int fd() const { return fd_.get(); }  // for openat(2) and flock(2)

    // A regular file, never through a link.
    [[nodiscard]] std::variant<std::string, FileError> read(const std::string& name,
                                                            std::size_t limit) const;
    // As replace_file: errno, 0 on success.
    [[nodiscard]] int replace(const std::string& name, std::string_view content,
                              mode_t mode = 0600) const;
    // True if there is no such file any more.
    [[nodiscard]] bool remove(const std::string& name) const;
    // Sorted, without "." and "..".
    [[nodiscard]] std::vector<std::string> names() const;

  private:
    [[nodiscard]] static OwnDirectory failed(std::string path, FileError error);

    std::string path_;
    UniqueFd fd_;
    FileError error_;
};

}  // namespace hfssh::system

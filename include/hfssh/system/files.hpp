#pragma once

#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "hfssh/system/unique_fd.hpp"

namespace hfssh::system {

// Why a file was not read; errno values are kept so that the message can name the cause.
struct FileError {
    enum class Kind { missing, not_regular, too_large, unsafe, unreadable };
    Kind kind = Kind::unreadable;
    int error = 0;       // errno, 0 if the kind says it all
    std::string detail;  // for the user: "is a directory", "is writable by others (mode 0666)"
};

// Reads a regular file of at most LIMIT bytes. Opened without blocking, so that a FIFO or a device
// never hangs. `missing` is ENOENT and ENOTDIR alone.
[[nodiscard]] std::variant<std::string, FileError> read_file(const std::string& path,
                                                             std::size_t limit);

// As read_file, of the file NAME in the open DIRECTORY, never through a link.
[[nodiscard]] std::variant<std::string, FileError> read_file_at(int directory,
                                                                const std::string& name,
                                                                std::size_t limit);

// As read_file, for a file that widens or narrows trust: the open file and its directory must
// belong to root or the effective user, and no other user may write them (`unsafe` otherwise).
[[nodiscard]] std::variant<std::string, FileError> read_trusted_file(const std::string& path,
                                                                     std::size_t limit);

// What makes the directory that PATH is an entry of unfit for such a file; none if it is fit.
[[nodiscard]] std::optional<FileError> unfit_directory(const std::string& path);

// Replaces PATH by rename: a reader sees the old or the new content, never a part. The directory
// must exist. Returns errno, 0 on success; nothing is left behind on failure.
[[nodiscard]] int replace_file(const std::string& path, std::string_view content, mode_t mode);

// Makes DIRECTORY and its parents (parents with 0777 less umask, the last one with MODE). Returns
// errno, 0 if it exists already as a directory.
[[nodiscard]] int make_directories(const std::string& directory, mode_t mode);

// The names in DIRECTORY, sorted, without "." and ".."; none if it cannot be read.
[[nodiscard]] std::vector<std::string> names_in(const std::string& directory);

// The largest file of ours, or with keys of the user, that is read.
inline constexpr std::size_t largest_small_file = std::size_t{64} * 1024;

}  // namespace hfssh::system

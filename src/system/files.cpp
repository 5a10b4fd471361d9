// Reading and replacing whole files, with the reason if that fails.
#include "hfssh/system/files.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

namespace hfssh::system {
namespace {

using Kind = FileError::Kind;

FileError from_errno(int error) {
    const bool missing = error == ENOENT || error == ENOTDIR;
    return {missing ? Kind::missing : Kind::unreadable, error, std::strerror(error)};
}

std::string kind_name(mode_t mode) {
    if (S_ISDIR(mode)) return "is a directory";
    if (S_ISFIFO(mode)) return "is a FIFO";
    if (S_ISSOCK(mode)) return "is a socket";
    return "is not a regular file";
}

// The whole content of a regular file; the descriptor was opened without blocking.
std::variant<std::string, FileError> read_regular(int fd, const struct stat& info,
                                                  std::size_t limit) {
    if (!S_ISREG(info.st_mode)) return FileError{Kind::not_regular, 0, kind_name(info.st_mode)};
    const FileError too_large{Kind::too_large, 0,
                              "is larger than " + std::to_string(limit) + " bytes"};
    if (static_cast<unsigned long long>(info.st_size) > limit) return too_large;
    std::string content(static_cast<std::size_t>(info.st_size) + 1, '\0');
    std::size_t length = 0;
    for (;;) {
        // A file that grows, or one of /proc without a size, is read on.
        if (length == content.size()) content.resize(content.size() * 2);
        const ssize_t count = ::read(fd, content.data() + length, content.size() - length);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return from_errno(errno);
        if (count == 0) break;
        length += static_cast<std::size_t>(count);
        if (length > limit) return too_large;
    }
    content.resize(length);
    return content;
}

// What makes a file or directory unfit to decide on trust; none if it is fit.
std::optional<FileError> unsafe(const struct stat& info, std::string_view what) {
    if (info.st_uid != 0 && info.st_uid != ::geteuid()) {
        return FileError{Kind::unsafe, 0,
                         std::string(what) + " belongs to another user (uid " +
                             std::to_string(info.st_uid) + ")"};
    }
    if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        char mode[8];
        std::snprintf(mode, sizeof mode, "%04o", static_cast<unsigned>(info.st_mode & 07777));
        return FileError{Kind::unsafe, 0,
                         std::string(what) + " can be written by others (mode " + mode + ")"};
    }
    return std::nullopt;
}

UniqueFd open_for_reading(const std::string& path, int flags, int directory = AT_FDCWD) {
    return UniqueFd(
        ::openat(directory, path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | flags));
}

std::variant<std::string, FileError> read_open(const UniqueFd& fd, std::size_t limit) {
    if (!fd) return from_errno(errno);
    struct stat info = {};
    if (::fstat(fd.get(), &info) != 0) return from_errno(errno);
    return read_regular(fd.get(), info, limit);
}

}  // namespace

std::variant<std::string, FileError> read_file(const std::string& path, std::size_t limit) {
    return read_open(open_for_reading(path, 0), limit);
}

std::variant<std::string, FileError> read_file_at(int directory, const std::string& name,
                                                  std::size_t limit) {
    return read_open(open_for_reading(name, O_NOFOLLOW, directory), limit);
}

std::optional<FileError> unfit_directory(const std::string& path) {
    const auto slash = path.rfind('/');
    const std::string directory = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    struct stat info = {};
    if (::stat(directory.c_str(), &info) != 0) return from_errno(errno);
    return unsafe(info, "its directory");
}

std::variant<std::string, FileError> read_trusted_file(const std::string& path, std::size_t limit) {
    struct stat info = {};
    if (::lstat(path.c_str(), &info) != 0) return from_errno(errno);
    // People link their settings from elsewhere: then both directories decide what is read.
    if (S_ISLNK(info.st_mode)) {
        if (auto problem = unfit_directory(path)) return *problem;
    }
    const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr),
                                                           &std::free);
    if (!real) return FileError{Kind::unreadable, errno, std::strerror(errno)};
    if (auto problem = unfit_directory(real.get())) return *problem;
    const UniqueFd fd = open_for_reading(real.get(), O_NOFOLLOW);
    if (!fd) return FileError{Kind::unreadable, errno, std::strerror(errno)};
    if (::fstat(fd.get(), &info) != 0) return from_errno(errno);
    if (!S_ISREG(info.st_mode)) return FileError{Kind::not_regular, 0, kind_name(info.st_mode)};
    if (auto problem = unsafe(info, "it")) return *problem;
    return read_regular(fd.get(), info, limit);
}

int replace_file(const std::string& path, std::string_view content, mode_t mode) {
    std::string temporary = path + ".XXXXXX";
    const UniqueFd fd(::mkostemp(temporary.data(), O_CLOEXEC));
    if (!fd) return errno;
    const auto give_up = [&] {
        const int error = errno;
        ::unlink(temporary.c_str());
        return error != 0 ? error : EIO;
    };
    while (!content.empty()) {
        const ssize_t count = ::write(fd.get(), content.data(), content.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return give_up();
        content.remove_prefix(static_cast<std::size_t>(count));
    }
    // Without the sync a crash of the machine could leave the new name with no content.
    if (::fchmod(fd.get(), mode) != 0 || ::fsync(fd.get()) != 0 ||
        ::rename(temporary.c_str(), path.c_str()) != 0) {
        return give_up();
    }
    return 0;
}

int make_directories(const std::string& directory, mode_t mode) {
    if (::mkdir(directory.c_str(), mode) == 0) return 0;
    if (errno == ENOENT) {
        const auto slash = directory.find_last_of('/');
        if (slash == std::string::npos || slash == 0) return ENOENT;
        if (const int error = make_directories(directory.substr(0, slash), 0777)) return error;
        if (::mkdir(directory.c_str(), mode) == 0) return 0;
    }
    if (errno != EEXIST) return errno;
    struct stat info = {};
    if (::stat(directory.c_str(), &info) != 0) return errno;
    return S_ISDIR(info.st_mode) ? 0 : ENOTDIR;
}

std::vector<std::string> names_in(const std::string& directory) {
    std::vector<std::string> names;
    const std::unique_ptr<DIR, int (*)(DIR*)> listing(::opendir(directory.c_str()), &::closedir);
    if (!listing) return names;
    while (const dirent* entry = ::readdir(listing.get())) {
        const std::string_view name = entry->d_name;
        if (name != "." && name != "..") names.emplace_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace hfssh::system

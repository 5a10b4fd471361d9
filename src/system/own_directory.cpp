// Where hf-ssh keeps what it remembers: a directory is relied on only if no other user can have put
// anything there, since its content chooses the identity.
#include "hfssh/system/own_directory.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>

#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"

namespace hfssh::system {
namespace {

using Kind = FileError::Kind;

constexpr int directory_flags = O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC;

FileError from_errno(int error) {
    const bool missing = error == ENOENT || error == ENOTDIR;
    return {missing ? Kind::missing : Kind::unreadable, error, std::strerror(error)};
}

FileError unsafe(const std::string& detail) {
    return {Kind::unsafe, 0, detail};
}

std::string owner_text(const struct stat& info) {
    return " belongs to another user (uid " + std::to_string(info.st_uid) + ")";
}

std::string mode_text(const struct stat& info) {
    char mode[8];
    std::snprintf(mode, sizeof mode, "%04o", static_cast<unsigned>(info.st_mode & 07777));
    return std::string(" can be written by others (mode ") + mode + ")";
}

// The directory itself.
std::optional<FileError> unfit(int fd) {
    struct stat info = {};
    if (::fstat(fd, &info) != 0) return from_errno(errno);
    if (info.st_uid != ::geteuid()) return unsafe("it" + owner_text(info));
    if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0) return unsafe("it" + mode_text(info));
    return std::nullopt;
}

// Can other users rename its entries? A group that is the user's own is theirs alone on systems
// that give each user one, and these make directories group-writable (umask 002).
bool is_shared(const struct stat& info) {
    if ((info.st_mode & S_ISVTX) != 0) return false;
    return (info.st_mode & S_IWOTH) != 0 ||
           ((info.st_mode & S_IWGRP) != 0 && info.st_gid != ::getegid());
}

std::string real_path(const std::string& path) {
    const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr),
                                                           &std::free);
    return real ? real.get() : std::string();
}

// The directory REAL, and those above it: up to the home directory if it is below that, else to the
// root. REAL has no links in it.
std::optional<FileError> unfit_way(std::string real) {
    const std::string top = home().empty() ? std::string() : real_path(home());
    for (;;) {
        struct stat info = {};
        if (::stat(real.c_str(), &info) != 0) return from_errno(errno);
        const bool is_home = real == top;
        const bool own = info.st_uid == ::geteuid() || (info.st_uid == 0 && !is_home);
        if (!own) return unsafe(display_path(real) + owner_text(info));
        if (is_shared(info)) return unsafe(display_path(real) + mode_text(info));
        if (is_home || real.size() <= 1) return std::nullopt;
        real.resize(std::max<std::size_t>(real.rfind('/'), 1));
    }
}

// Creates PATH if its existing part is safe. Returns errno, 0 on success.
std::optional<FileError> make_below(const std::string& path) {
    std::string existing = path;
    struct stat info = {};
    while (existing.size() > 1 && ::lstat(existing.c_str(), &info) != 0) {
        if (errno != ENOENT) return from_errno(errno);
        existing.resize(std::max<std::size_t>(existing.rfind('/'), 1));
    }
    const std::string real = real_path(existing);
    if (real.empty()) return from_errno(errno);
    if (auto problem = unfit_way(real)) return problem;
    if (const int error = make_directories(path, 0700)) return from_errno(error);
    return std::nullopt;
}

}  // namespace

OwnDirectory OwnDirectory::failed(std::string path, FileError error) {
    OwnDirectory directory;
    directory.path_ = std::move(path);
    directory.error_ = std::move(error);
    return directory;
}

OwnDirectory OwnDirectory::open(const std::string& path, Missing missing) {
    if (!path.starts_with('/')) return failed(path, from_errno(ENOENT));
    UniqueFd fd(::open(path.c_str(), directory_flags));
    if (!fd && errno == ENOENT && missing == Missing::make) {
        if (auto problem = make_below(path)) return failed(path, *problem);
        fd = UniqueFd(::open(path.c_str(), directory_flags));
    }
    if (!fd) return failed(path, from_errno(errno));
    if (auto problem = unfit(fd.get())) return failed(path, *problem);
    const std::string real = real_path(path);
    struct stat opened = {};
    struct stat found = {};
    if (real.empty() || ::fstat(fd.get(), &opened) != 0 || ::stat(real.c_str(), &found) != 0) {
        return failed(path, from_errno(errno));
    }
    if (opened.st_dev != found.st_dev || opened.st_ino != found.st_ino) {
        return failed(path, unsafe("it was replaced just now"));
    }
    if (auto problem = unfit_way(real)) return failed(path, *problem);
    OwnDirectory directory;
    directory.path_ = path;
    directory.fd_ = std::move(fd);
    return directory;
}

OwnDirectory OwnDirectory::child(std::string_view name, Missing missing) const {
    const std::string file(name);
    std::string below = path_ + "/" + file;
    if (!*this) return failed(std::move(below), error_);
    if (missing == Missing::make && ::mkdirat(fd(), file.c_str(), 0700) != 0 && errno != EEXIST) {
        return failed(std::move(below), from_errno(errno));
    }
    UniqueFd opened(::openat(fd(), file.c_str(), directory_flags | O_NOFOLLOW));
    if (!opened) return failed(std::move(below), from_errno(errno));
    if (auto problem = unfit(opened.get())) return failed(std::move(below), *problem);
    OwnDirectory directory;
    directory.path_ = std::move(below);
    directory.fd_ = std::move(opened);
    return directory;
}

void OwnDirectory::warn_if_unsafe() const {
    static bool warned = false;
    if (*this || error_.kind != Kind::unsafe || warned) return;
    warned = true;
    say("ignoring " + display_path(path_) + ": " + error_.detail);
}

std::variant<std::string, FileError> OwnDirectory::read(const std::string& name,
                                                        std::size_t limit) const {
    if (!*this) return error_;
    return read_file_at(fd(), name, limit);
}

int OwnDirectory::replace(const std::string& name, std::string_view content, mode_t mode) const {
    if (!*this) return error_.error != 0 ? error_.error : EPERM;
    return replace_file(path_ + "/" + name, content, mode);
}

bool OwnDirectory::remove(const std::string& name) const {
    if (!*this) return error_.kind == Kind::missing;
    return ::unlinkat(fd(), name.c_str(), 0) == 0 || errno == ENOENT;
}

std::vector<std::string> OwnDirectory::names() const {
    return *this ? names_in(path_) : std::vector<std::string>();
}

}  // namespace hfssh::system

// Files for ssh that may not outlive the run, and what a killed run left of them.
#include "hfssh/system/temporary_directory.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <vector>

#include "hfssh/system/files.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::system {
namespace {

constexpr std::time_t just_made = 10;  // seconds

// Absolute ones, in the order in which they are tried.
std::vector<std::string> bases() {
    std::vector<std::string> found;
    for (const std::string& base :
         {environment("XDG_RUNTIME_DIR").value_or(""), std::string("/dev/shm"), std::string("/tmp"),
          environment("TMPDIR").value_or("")}) {
        const bool usable = base.starts_with('/') && !has_control_character(base);
        if (usable && std::find(found.begin(), found.end(), base) == found.end()) {
            found.push_back(base);
        }
    }
    return found;
}

std::string own_name(const std::string& base) {
    return base + "/hf-ssh-" + std::to_string(::geteuid());
}

UniqueFd open_directory(const std::string& path) {
    return UniqueFd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

// Opens PATH if it is ours alone. errno is set if not.
UniqueFd open_own(const std::string& path) {
    UniqueFd fd = open_directory(path);
    struct stat info = {};
    if (!fd || ::fstat(fd.get(), &info) != 0) return {};
    if (info.st_uid == ::geteuid() && (info.st_mode & 077U) == 0) return fd;
    errno = EPERM;
    return {};
}

// Is it impossible for other users to rename our files there?
bool is_shelter(const std::string& directory) {
    struct stat info = {};
    if (::stat(directory.c_str(), &info) != 0) return false;
    if (!S_ISDIR(info.st_mode)) return errno = ENOTDIR, false;
    const bool open = (info.st_mode & (S_IWGRP | S_IWOTH)) != 0 && (info.st_mode & S_ISVTX) == 0;
    if (!open && (info.st_uid == 0 || info.st_uid == ::geteuid())) return true;
    return errno = EPERM, false;
}

void remove_with_files(const std::string& directory) {
    for (const std::string& name : names_in(directory)) {
        ::unlink((directory + "/" + name).c_str());
    }
    ::rmdir(directory.c_str());
}

UniqueFd lock(const std::string& directory, int how) {
    UniqueFd fd = open_directory(directory);
    if (fd && ::flock(fd.get(), how) != 0) return {};
    return fd;
}

// Unlocked, and not being made this moment: its process was killed.
void clear_below(const std::string& own) {
    if (!open_own(own)) return;
    for (const std::string& name : names_in(own)) {
        const std::string directory = own + "/" + name;
        const UniqueFd locked = lock(directory, LOCK_EX | LOCK_NB);
        struct stat info = {};
        if (!locked || ::fstat(locked.get(), &info) != 0) continue;
        const bool young = std::time(nullptr) - info.st_mtime < just_made;
        if (!young || !names_in(directory).empty()) remove_with_files(directory);
    }
    ::rmdir(own.c_str());  // if it is empty
}

}  // namespace

void clear_left_behind() {
    for (const std::string& base : bases())
        clear_below(own_name(base));
}

// errno is set if it returns false.
bool TemporaryDirectory::make(const std::string& base) {
    constexpr int most_tries = 20;
    if (!is_shelter(base)) return false;
    const std::string own = own_name(base);
    // Another process may remove the empty directory, or look into a new one, at any time.
    for (int tries = 0; tries < most_tries; ++tries) {
        if (::mkdir(own.c_str(), 0700) != 0 && errno != EEXIST) return false;
        const UniqueFd fd = open_own(own);
        if (!fd && errno != ENOENT) return false;
        std::string made = own + "/XXXXXX";
        if (!fd || ::mkdtemp(made.data()) == nullptr) {
            if (errno != ENOENT) return false;
            continue;
        }
        lock_ = lock(made, LOCK_SH);  // waits for one that only looks
        struct stat info = {};
        if (lock_ && ::stat(made.c_str(), &info) == 0) {
            path_ = made;
            return true;
        }
    }
    return false;
}

bool TemporaryDirectory::fill(const std::function<int(const std::string& directory)>& fill) {
    problem_.clear();
    if (!path_.empty() && fill(path_) == 0) return true;
    for (const std::string& base : bases()) {
        remove();
        const int error = make(base) ? fill(path_) : errno;
        if (error == 0) return true;
        problem_ +=
            (problem_.empty() ? "" : "; ") + display_path(base) + ": " + std::strerror(error);
    }
    remove();
    return false;
}

const std::string& TemporaryDirectory::path() {
    if (path_.empty()) (void)fill([](const std::string&) { return 0; });
    return path_;
}

std::string TemporaryDirectory::write(const std::string& name, std::string_view content) {
    const auto put = [&](const std::string& directory) {
        return replace_file(directory + "/" + name, content, 0600);
    };
    return fill(put) ? path_ + "/" + name : std::string();
}

void TemporaryDirectory::remove() {
    if (path_.empty()) return;
    remove_with_files(path_);
    ::rmdir(path_.substr(0, path_.rfind('/')).c_str());  // if it is empty
    path_.clear();
    lock_.reset();
}

}  // namespace hfssh::system

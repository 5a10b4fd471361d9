#include "hfssh/system/temporary_directory.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <vector>

#include "hfssh/system/files.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::system {
namespace {

constexpr std::string_view prefix = "hf-ssh.";
constexpr std::size_t name_length = prefix.size() + 6;  // mkdtemp(3)'s six letters
constexpr std::time_t just_made = 10;                   // seconds

struct CloseDirectory {
    void operator()(DIR* directory) const { ::closedir(directory); }
};
using Listing = std::unique_ptr<DIR, CloseDirectory>;

std::vector<std::string> names_in(const std::string& directory) {
    std::vector<std::string> names;
    const Listing listing(::opendir(directory.c_str()));
    if (!listing) return names;
    while (const dirent* entry = ::readdir(listing.get())) {
        const std::string_view name = entry->d_name;
        if (name != "." && name != "..") names.emplace_back(name);
    }
    return names;
}

void remove_with_files(const std::string& directory) {
    for (const std::string& name : names_in(directory)) {
        ::unlink((directory + "/" + name).c_str());
    }
    ::rmdir(directory.c_str());
}

UniqueFd lock(const std::string& directory) {
    UniqueFd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (fd && ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
        const int error = errno;
        fd.reset();
        errno = error;
    }
    return fd;
}

// One that was made this moment: whoever clears up may have it for an instant, to see that.
UniqueFd lock_own(const std::string& directory) {
    constexpr int most_tries = 100;
    UniqueFd fd = lock(directory);
    for (int tries = 0; !fd && tries < most_tries && errno == EWOULDBLOCK; ++tries) {
        ::usleep(1000);
        fd = lock(directory);
    }
    return fd;
}

// Nobody else may be able to swap what we put there.
bool is_shelter(const std::string& directory) {
    struct stat info = {};
    if (!directory.starts_with('/') || has_control_character(directory) ||
        ::stat(directory.c_str(), &info) != 0 || !S_ISDIR(info.st_mode)) {
        return false;
    }
    const bool open = (info.st_mode & (S_IWGRP | S_IWOTH)) != 0 && (info.st_mode & S_ISVTX) == 0;
    return !open && (info.st_uid == 0 || info.st_uid == ::geteuid());
}

// Ours, unlocked, and not one that somebody is making this moment: its process was killed.
void clear_left_behind(const std::string& base) {
    for (const std::string& name : names_in(base)) {
        if (!name.starts_with(prefix) || name.size() != name_length) continue;
        const std::string directory = base + "/" + name;
        struct stat info = {};
        if (::lstat(directory.c_str(), &info) != 0 || info.st_uid != ::geteuid()) continue;
        const UniqueFd locked = lock(directory);
        if (!locked || ::fstat(locked.get(), &info) != 0 || info.st_uid != ::geteuid()) continue;
        const bool young = std::time(nullptr) - info.st_mtime < just_made;
        if (young && names_in(directory).empty()) continue;
        remove_with_files(directory);
    }
}

}  // namespace

const std::string& TemporaryDirectory::path() {
    if (!path_.empty()) return path_;
    for (const std::string& base : {environment("XDG_RUNTIME_DIR").value_or(""),
                                    std::string("/dev/shm"), std::string("/tmp")}) {
        if (!is_shelter(base)) continue;
        clear_left_behind(base);
        std::string made = base + "/" + std::string(prefix) + "XXXXXX";
        if (::mkdtemp(made.data()) == nullptr) continue;
        lock_ = lock_own(made);
        path_ = made;
        return path_;
    }
    return path_;
}

std::string TemporaryDirectory::write(const std::string& name, std::string_view content) {
    if (path().empty()) return {};
    const std::string file = path_ + "/" + name;
    return replace_file(file, content, 0600) == 0 ? file : std::string();
}

void TemporaryDirectory::remove() {
    if (path_.empty()) return;
    remove_with_files(path_);
    path_.clear();
    lock_.reset();
}

}  // namespace hfssh::system

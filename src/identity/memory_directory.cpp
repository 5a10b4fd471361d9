#include "memory_directory.hpp"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <memory>
#include <optional>

#include "hfssh/system/files.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/trace.hpp"
#include "memory_file.hpp"

namespace hfssh::identity {

namespace {

using State = MemoryDirectory::File::State;

constexpr std::string_view suffix = ".json";
constexpr std::string_view broken = ".broken";
constexpr time_t stale_after = 3600;

bool is_entry(std::string_view name) {
    return name.ends_with(suffix) && name.size() > suffix.size();
}

bool is_set_aside(std::string_view name) {
    return name.ends_with(broken) && is_entry(name.substr(0, name.size() - broken.size()));
}

// NAME.json.XXXXXX, as mkstemp(3) fills it in.
bool is_temporary(std::string_view name) {
    constexpr std::size_t random = 6;
    if (name.size() <= random + 1 || is_entry(name) || is_set_aside(name)) return false;
    const std::string_view tail = name.substr(name.size() - random);
    const auto letter = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    };
    return name[name.size() - random - 1] == '.' && std::ranges::all_of(tail, letter) &&
           is_entry(name.substr(0, name.size() - random - 1));
}

// The names in a directory, none where it can't be read; one that is not there is empty.
std::optional<std::vector<std::string>> listing(const std::string& path) {
    std::vector<std::string> names;
    const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(path.c_str()), &::closedir);
    if (!directory) {
        if (errno == ENOENT || errno == ENOTDIR) return names;
        return std::nullopt;
    }
    while (const dirent* entry = ::readdir(directory.get()))
        names.emplace_back(entry->d_name);
    return names;
}

void trace_error(const std::string& path, int error) {
    if (system::tracing()) system::trace("memory: " + path + ": " + std::strerror(error));
}

bool unlink_if_there(const std::string& path) {
    if (::unlink(path.c_str()) == 0 || errno == ENOENT || errno == ENOTDIR) return true;
    trace_error(path, errno);
    return false;
}

bool is_file(const std::string& path, const MemoryDirectory::File& file) {
    struct stat info = {};
    return ::lstat(path.c_str(), &info) == 0 && info.st_dev == file.device &&
           info.st_ino == file.inode;
}

}  // namespace

MemoryDirectory::File MemoryDirectory::read(const std::string& name) const {
    const std::string file_path = path(name);
    struct stat info = {};
    if (::lstat(file_path.c_str(), &info) != 0) {
        if (errno == ENOENT || errno == ENOTDIR) return {};
        trace_error(file_path, errno);
        return {State::closed, {}, 0, 0};
    }
    File file = {State::present, {}, info.st_dev, info.st_ino};
    if (!S_ISREG(info.st_mode)) {
        set_aside(name, file, "is not a regular file");
        return {};
    }
    auto content = system::read_file(file_path, largest_memory_file);
    if (auto* text = std::get_if<std::string>(&content)) {
        file.text = std::move(*text);
        return file;
    }
    const auto& error = std::get<system::FileError>(content);
    if (error.kind == system::FileError::Kind::missing) return {};
    if (error.kind == system::FileError::Kind::unreadable) {
        trace_error(file_path, error.error);
        return {State::closed, {}, 0, 0};
    }
    set_aside(name, file, error.detail);
    return {};
}

void MemoryDirectory::set_aside(const std::string& name, const File& file,
                                std::string_view problem) const {
    const std::string from = path(name);
    const std::string to = from + std::string(broken);
    if (system::tracing()) system::trace("memory: " + from + " " + std::string(problem));
    if (read_only_) return;
    if (::rename(from.c_str(), to.c_str()) != 0) return;
    // Another process may have put a good file there since we read the broken one: it goes back,
    // unless there is a still newer one.
    if (!is_file(to, file) && ::link(to.c_str(), from.c_str()) == 0) {
        (void)::unlink(to.c_str());
        return;
    }
    warn(name, problem);
}

void MemoryDirectory::warn(const std::string& name, std::string_view problem) const {
    if (warned_) return;
    warned_ = true;
    system::say("a file of what is remembered, " + system::display_path(path(name)) + ", " +
                std::string(problem) + "; it is now called " +
                system::printable(name + std::string(broken)) + ", and hf-ssh goes on without it");
}

bool MemoryDirectory::write(const std::string& name, std::string_view text) const {
    if (read_only_) return false;
    int error = system::make_directories(parent_, 0700);
    if (error == 0) error = system::make_directories(path_, 0700);
    if (error == 0) {
        sweep();
        error = system::replace_file(path(name), text, 0600);
    }
    if (error != 0) trace_error(path(name), error);
    return error == 0;
}

void MemoryDirectory::sweep() const {
    const auto names = listing(path_);
    if (!names) return;
    for (const std::string& name : *names) {
        if (!is_temporary(name)) continue;
        struct stat info = {};
        if (::lstat(path(name).c_str(), &info) != 0 || !S_ISREG(info.st_mode)) continue;
        if (info.st_mtime < ::time(nullptr) - stale_after) (void)::unlink(path(name).c_str());
    }
}

bool MemoryDirectory::remove(const std::string& name) const {
    if (read_only_) {
        struct stat info = {};
        return ::lstat(path(name).c_str(), &info) != 0 && (errno == ENOENT || errno == ENOTDIR);
    }
    const bool aside = unlink_if_there(path(name) + std::string(broken));
    return unlink_if_there(path(name)) && aside;
}

bool MemoryDirectory::remove_all() const {
    const auto names = listing(path_);
    if (!names) return false;
    bool gone = true;
    for (const std::string& name : *names) {
        if (!is_entry(name) && !is_set_aside(name) && !is_temporary(name)) continue;
        gone = !read_only_ && unlink_if_there(path(name)) && gone;
    }
    if (!read_only_) (void)::rmdir(path_.c_str());  // kept where something of others is in it
    return gone;
}

std::vector<std::string> MemoryDirectory::names() const {
    std::vector<std::string> names = listing(path_).value_or(std::vector<std::string>());
    std::erase_if(names, [](const std::string& name) { return !is_entry(name); });
    std::ranges::sort(names);
    return names;
}

}  // namespace hfssh::identity

#include "own_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <thread>
#include <variant>

#include "hfssh/system/failure.hpp"
#include "hfssh/system/files.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/trace.hpp"

namespace hfssh::manage {
namespace {

using system::Failure;

constexpr auto patience = std::chrono::seconds(5);
constexpr auto pause = std::chrono::milliseconds(20);
constexpr mode_t permissions = 0777;

std::string own_path() {
    std::string path = settings::own_trusted_file();
    if (path.empty()) {
        throw Failure("there is no home directory, so there is no place for host keys",
                      "set HOME, or XDG_CONFIG_HOME to an absolute path", system::Code::file);
    }
    return path;
}

// What PATH leads to; PATH itself where there is nothing.
std::string resolved(const std::string& path) {
    const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr),
                                                           &std::free);
    return real ? real.get() : path;
}

std::string directory_of(const std::string& path) {
    return path.substr(0, path.rfind('/') + 1);
}

[[noreturn]] void fail_to_write(const std::string& path, const std::string& why) {
    throw Failure(system::display_path(path) + " cannot be written: " + why,
                  "nothing was changed; where another program makes that file, give the line to "
                  "that one",
                  system::Code::file);
}

}  // namespace

OwnTrustedFile::OwnTrustedFile()
    : path_(own_path()),
      real_path_(resolved(path_)),
      trusted_(settings::load_host_keys(settings::trusted_files())) {
    hold();
    read();
}

void OwnTrustedFile::hold() {
    const std::string directory = directory_of(real_path_);
    lock_ = system::UniqueFd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!lock_) return;  // it is not there yet, or replace() will say what is wrong with it
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (::flock(lock_.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR) {
            // Some network file systems have no locks.
            system::trace(directory + " cannot be locked: " + std::strerror(errno));
            return;
        }
        if (signals_.told_to_end())
            throw Failure("interrupted; nothing was changed", {}, system::Code::interrupted);
        if (std::chrono::steady_clock::now() > deadline) {
            throw Failure("another program holds " + system::display_path(directory),
                          "try again when it has ended", system::Code::in_use);
        }
        std::this_thread::sleep_for(pause);
    }
}

// Once more what the constructor has read: only now can nobody change it.
void OwnTrustedFile::read() {
    trusted_ = settings::load_host_keys(settings::trusted_files());
    auto content = system::read_trusted_file(path_, settings::largest_trusted_file);
    if (auto* text = std::get_if<std::string>(&content)) text_ = std::move(*text);
    const auto* error = std::get_if<system::FileError>(&content);
    if (error != nullptr && error->kind != system::FileError::Kind::missing) {
        throw Failure(system::display_path(path_) + ": " + system::printable(error->detail), {},
                      system::Code::file);
    }
    struct stat info = {};
    if (::stat(real_path_.c_str(), &info) == 0) mode_ = info.st_mode & permissions;
    content_ = hub::read_known_hosts(path_, text_);
}

void OwnTrustedFile::make_directory() {
    std::string directory = directory_of(real_path_);
    directory.pop_back();
    if (const int error = system::make_directories(directory, 0700)) {
        fail_to_write(path_, std::strerror(error));
    }
    if (const auto unfit = system::unfit_directory(real_path_)) {
        throw Failure(system::display_path(path_) + " would not be relied on: " + unfit->detail,
                      "the directory must belong to you or to root, and nobody else may write it: "
                      "chmod go-w " +
                          system::shell_word(directory),
                      system::Code::unsafe_file);
    }
    if (lock_) return;
    hold();
    if (::access(real_path_.c_str(), F_OK) == 0) {
        throw Failure("another program has just made " + system::display_path(path_), "try again",
                      system::Code::in_use);
    }
}

void OwnTrustedFile::replace(const std::string& text, const Change& change) {
    const hub::KnownHosts after = hub::read_known_hosts(path_, text);
    if (!is_as_meant(content_, after, change)) {
        throw Failure(system::display_path(path_) +
                          " would not be read as it is meant afterwards, so it was left as it is",
                      "change it with an editor", system::Code::file);
    }
    if (text.size() > settings::largest_trusted_file) {
        fail_to_write(path_, "it would be larger than " +
                                 std::to_string(settings::largest_trusted_file) + " bytes");
    }
    make_directory();
    if (const int error = system::replace_file(real_path_, text, mode_)) {
        fail_to_write(path_, std::strerror(error));
    }
    read();
}

}  // namespace hfssh::manage

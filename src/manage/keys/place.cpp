#include "place.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>
#include <variant>

#include "hfssh/identity/key_file.hpp"
#include "hfssh/manage/report/key.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/files.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/unique_fd.hpp"

namespace hfssh::manage {
namespace {

constexpr std::size_t largest = 64 * 1024;
constexpr mode_t private_mode = 0600;
constexpr mode_t public_mode = 0644;

// An empty file that nobody else can have made: of two at once, one has it.
int reserve(const std::string& path) {
    const system::UniqueFd fd(
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, private_mode));
    return fd ? 0 : errno;
}

int copy_new(const std::string& from, const std::string& to, mode_t mode) {
    auto content = system::read_file(from, largest);
    if (const auto* error = std::get_if<system::FileError>(&content)) {
        return error->error != 0 ? error->error : EIO;
    }
    const identity::Secret text(std::move(std::get<std::string>(content)));
    if (const int error = reserve(to)) return error;
    const int error = system::replace_file(to, text.view(), mode);
    if (error != 0) ::unlink(to.c_str());
    return error;
}

}  // namespace

KeyPlace::KeyPlace(std::string path) : path_(std::move(path)) {
    const std::string directory = path_.substr(0, path_.rfind('/') + 1);
    const std::string own = system::home() + "/.ssh";
    struct stat info = {};
    if (::stat(directory.c_str(), &info) != 0) {
        if (errno != ENOENT || directory != own + "/") {
            throw system::Failure(
                "cannot use " + system::display_path(directory) + ": " + std::strerror(errno),
                errno == ENOENT ? "mkdir -p " + shell_path(directory) : std::string());
        }
        if (const int error = system::make_directories(own, 0700)) {
            throw system::Failure("cannot make ~/.ssh: " + std::string(std::strerror(error)));
        }
        new_directory_ = own;
    }
    if (::access(directory.c_str(), W_OK | X_OK) != 0) {
        throw system::Failure("no key can be written into " + system::display_path(directory) +
                              ": " + std::strerror(errno));
    }
}

KeyPlace::~KeyPlace() {
    if (!new_directory_.empty()) ::rmdir(new_directory_.c_str());  // only an empty one goes
}

int KeyPlace::put(const std::string& made) {
    if (const int error = copy_new(made + ".pub", path_ + ".pub", public_mode)) return error;
    const int error = copy_new(made, path_, private_mode);
    if (error != 0) ::unlink((path_ + ".pub").c_str());
    return error;
}

}  // namespace hfssh::manage

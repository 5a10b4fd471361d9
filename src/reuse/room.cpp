#include "hfssh/reuse/room.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>

#include "hfssh/reuse/mux.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::reuse {
namespace {

using system::OwnDirectory;

// ssh binds PATH and 17 more characters, and the kernel takes 107 (measured: 91 fail after login).
constexpr std::size_t longest_path = 90;
constexpr std::string_view file_end = ".lock";
constexpr long just_made = 60;  // seconds

bool lock(int fd) {
    while (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EINTR) return false;
    }
    return true;
}

// Another run may have removed the file between our open(2) and our lock.
bool is_same(int fd, const std::string& path) {
    struct stat opened = {};
    struct stat found = {};
    return ::fstat(fd, &opened) == 0 && ::lstat(path.c_str(), &found) == 0 &&
           opened.st_dev == found.st_dev && opened.st_ino == found.st_ino;
}

// As ssh makes its socket: bound under another name, then linked. Some file systems can do neither.
int try_socket(const std::string& path) {
    const std::string trial = path + ".try";
    const std::string linked = path + ".two";
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, trial.c_str(), trial.size() + 1);
    const system::UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM, 0));
    ::unlink(trial.c_str());
    int error = 0;
    if (!socket ||
        ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::link(trial.c_str(), linked.c_str()) != 0) {
        error = errno;
    }
    ::unlink(trial.c_str());
    ::unlink(linked.c_str());
    return error;
}

}  // namespace

Note Slot::note() const {
    std::array<char, 256> buffer = {};
    const ssize_t count = ::pread(file_.get(), buffer.data(), buffer.size(), 0);
    Note note;
    if (count <= 0) return note;
    for (const std::string_view word :
         system::words({buffer.data(), static_cast<std::size_t>(count)})) {
        if (word == "push") note.push = true;
        if (word.starts_with("SHA256:")) note.host_key = word;
        if (const auto allowed = allowed_by_name(word)) note.allowed = allowed;
    }
    return note;
}

void Slot::write(const Note& note) const {
    const std::string text = (note.push ? "push " : "- ") + note.host_key + " " +
                             std::string(note.allowed ? name_of(*note.allowed) : "") + "\n";
    if (::ftruncate(file_.get(), 0) != 0 ||
        ::pwrite(file_.get(), text.data(), text.size(), 0) < 0) {
        return;  // then nothing is known of the connection, and it is not shared with a session
    }
}

void Slot::touch() const {
    ::futimens(file_.get(), nullptr);
}

void Slot::unlock() {
    ::flock(file_.get(), LOCK_UN);
    ours_ = false;
}

void remove_slot(const std::string& socket) {
    ::unlink(socket.c_str());
    ::unlink((socket + std::string(file_end)).c_str());
    ::rmdir(socket.substr(0, socket.rfind('/')).c_str());
}

long idle_seconds(const std::string& socket) {
    struct stat info = {};
    if (::stat((socket + std::string(file_end)).c_str(), &info) != 0) return 0;
    return static_cast<long>(std::time(nullptr) - info.st_mtime);
}

void Room::remove() const {
    ::rmdir(directory_.path().c_str());
}

std::variant<Room, std::string> Room::open(Missing missing) {
    const std::string base = system::environment("XDG_RUNTIME_DIR").value_or("");
    if (!base.starts_with('/')) return std::string("XDG_RUNTIME_DIR is not set");
    OwnDirectory directory = OwnDirectory::open(
        base + "/hf-ssh",
        missing == Missing::make ? OwnDirectory::Missing::make : OwnDirectory::Missing::leave);
    const std::string shown = system::display_path(directory.path());
    if (!directory) {
        using Kind = system::FileError::Kind;
        if (missing == Missing::leave && directory.error().kind == Kind::missing) {
            return Room(std::move(directory));
        }
        const auto& error = directory.error();
        return shown + ": " + (error.detail.empty() ? std::strerror(error.error) : error.detail);
    }
    struct stat info = {};
    if (::lstat(directory.path().c_str(), &info) != 0 || !S_ISDIR(info.st_mode) ||
        info.st_uid != ::geteuid() || (info.st_mode & 077U) != 0) {
        return shown + " is not a directory of this user alone (0700)";
    }
    return Room(std::move(directory));
}

std::optional<Slot> Room::slot(const std::string& name, int number, Missing missing) const {
    constexpr int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
    const std::string base = name + "." + std::to_string(number);
    const std::string file = base + std::string(file_end);
    for (int tries = 0; tries < 10; ++tries) {
        Slot slot;
        slot.socket_ = directory_.path() + "/" + base;
        slot.file_.reset(::openat(directory_.fd(), file.c_str(),
                                  flags | (missing == Missing::make ? O_CREAT : 0), 0600));
        if (!slot.file_) return std::nullopt;
        slot.ours_ = lock(slot.file_.get());
        if (!slot.ours_ || is_same(slot.file_.get(), directory_.path() + "/" + file)) return slot;
    }
    return std::nullopt;
}

std::string Room::unfit(const Slot& slot) const {
    const std::string& path = slot.socket();
    if (path.size() > longest_path) return "the path of its socket would be too long";
    if (path.find_first_of("%\"$~") != std::string::npos) {
        return "ssh cannot be given the path of its socket";
    }
    const int error = try_socket(path);
    return error == 0 ? std::string()
                      : "no socket in " + system::display_path(directory_.path()) + ": " +
                            std::strerror(error);
}

void Room::clear() const {
    for (const std::string& name : directory_.names()) {
        if (!name.ends_with(file_end)) continue;
        const std::string socket =
            directory_.path() + "/" + name.substr(0, name.size() - file_end.size());
        const system::UniqueFd file(
            ::openat(directory_.fd(), name.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
        if (!file || !lock(file.get()) || idle_seconds(socket) < just_made) continue;
        const auto until = Mux::Clock::now() + std::chrono::milliseconds(200);
        if (!Mux::connect(socket, until)) remove_slot(socket);
    }
}

}  // namespace hfssh::reuse

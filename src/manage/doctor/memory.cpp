#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "doctor.hpp"
#include "hfssh/manage/report/key.hpp"
#include "hfssh/settings/variables.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"

// Can hf-ssh remember which key belongs to which account?
namespace hfssh::manage {
namespace {

using Result = Check::Result;

constexpr const char* name = "memory";
constexpr const char* consequence =
    "hf-ssh asks hf.co again each time which account a key belongs to; git works anyway";

Check not_remembering(const std::string& found, const std::string& fix) {
    return {name, Result::warning, found, consequence, fix};
}

// PATH, or the nearest directory above it that exists.
std::string nearest_existing(std::string path) {
    struct stat info = {};
    while (path.size() > 1 && ::lstat(path.c_str(), &info) != 0 &&
           (errno == ENOENT || errno == ENOTDIR)) {
        path.resize(std::max<std::size_t>(path.rfind('/'), 1));
    }
    return path;
}

// A directory above STATE may serve other users too: its owner is not changed.
std::string fixing(const std::string& path, const std::string& state, int error) {
    const std::string shown = shell_path(path);
    const bool within = path == state || path.starts_with(state + "/");
    struct stat info = {};
    if (!within && ::stat(path.c_str(), &info) == 0 && info.st_uid != ::geteuid()) {
        return "set XDG_STATE_HOME to a directory of your own";
    }
    if (error == ENOTDIR) return "mv " + shown + " " + shell_path(path + ".old");
    if (::stat(path.c_str(), &info) == 0 && info.st_uid != ::geteuid()) {
        return "sudo chown \"$(id -un)\" " + shown;
    }
    return error == EACCES ? "chmod u+rwx " + shown
                           : "free some space, or make it writable: " + shown;
}

// errno of a write below DIRECTORY; 0 if it would succeed.
int obstacle(const std::string& directory) {
    struct stat info = {};
    if (::stat(directory.c_str(), &info) != 0) return errno;
    if (!S_ISDIR(info.st_mode)) return ENOTDIR;
    if (::access(directory.c_str(), R_OK | W_OK | X_OK) != 0) return errno;
    struct statvfs space = {};
    const bool full = ::statvfs(directory.c_str(), &space) == 0 && space.f_blocks != 0 &&
                      space.f_bavail == 0 && ::geteuid() != 0;
    return full ? ENOSPC : 0;
}

}  // namespace

Checks check_memory(const Situation& /*situation*/) {
    const std::string state = system::state_directory();
    if (state.empty())
        return {not_remembering("there is no home directory to keep it in", "export HOME")};
    const std::string shown = system::display_path(state);
    if (settings::in_ci()) {
        return {{name, Result::ok, "CI is set: nothing is written to " + shown, {}, {}}};
    }
    for (const char* part : {"", "/keys", "/namespaces"}) {
        const std::string place = nearest_existing(state + part);
        if (const int error = obstacle(place)) {
            return {not_remembering(system::display_path(place) + ": " + std::strerror(error),
                                    fixing(place, state, error))};
        }
    }
    struct stat info = {};
    if (::stat(state.c_str(), &info) != 0) {
        return {{name, Result::ok, shown + ", nothing yet", {}, {}}};
    }
    if ((info.st_mode & 022U) != 0) {
        return {{name, Result::warning, "other users can write to " + shown,
                 "they could choose your key for you", "chmod 700 " + shell_path(state)}};
    }
    return {{name, Result::ok, shown, {}, {}}};
}

}  // namespace hfssh::manage

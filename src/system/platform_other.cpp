#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstdlib>

#ifdef __APPLE__
#include <libproc.h>
#include <mach-o/dyld.h>
#include <malloc/malloc.h>
#include <sys/event.h>
#endif

#include "hfssh/system/platform.hpp"

namespace hfssh::system {

std::string executable_file() {
#ifdef __APPLE__
    std::string path(PATH_MAX, '\0');
    uint32_t size = static_cast<uint32_t>(path.size());
    if (_NSGetExecutablePath(path.data(), &size) != 0) return {};
    char real[PATH_MAX];
    return ::realpath(path.c_str(), real) != nullptr ? std::string(real) : std::string();
#else
    return {};
#endif
}

bool end_with_parent(pid_t, int) {
    return true;
}

void close_from(int first, std::initializer_list<int> keep) {
    const auto kept = [&](int fd) { return std::find(keep.begin(), keep.end(), fd) != keep.end(); };
    const long limit = ::sysconf(_SC_OPEN_MAX);
    const int end = limit < 0 || limit > 4096 ? 4096 : static_cast<int>(limit);
    for (int fd = first; fd < end; ++fd) {
        if (kept(fd)) continue;
        const int flags = ::fcntl(fd, F_GETFD);
        if (flags >= 0 && (flags & FD_CLOEXEC) == 0) ::close(fd);
    }
}

std::string descriptor_path(int) {
    return {};
}

int anonymous_file(const char* /*name*/) {
    return -1;
}

std::optional<Process> find_process([[maybe_unused]] pid_t pid) {
#ifdef __APPLE__
    proc_bsdinfo info = {};
    char file[PROC_PIDPATHINFO_MAXSIZE] = "";
    if (::proc_pidinfo(pid, PROC_PIDTBSDINFO, 0, &info, sizeof info) == sizeof info &&
        ::proc_pidpath(pid, file, sizeof file) > 0) {
        const std::string path(file);
        return Process{static_cast<pid_t>(info.pbi_ppid), ::getsid(pid),
                       info.pbi_start_tvsec * 1'000'000 + info.pbi_start_tvusec,
                       path.substr(path.rfind('/') + 1)};
    }
#endif
    return std::nullopt;
}

int watch_process([[maybe_unused]] pid_t pid) {
#ifdef __APPLE__
    const int queue = ::kqueue();
    if (queue < 0) return -1;
    struct kevent ended = {};
    EV_SET(&ended, pid, EVFILT_PROC, EV_ADD, NOTE_EXIT, 0, nullptr);
    if (::kevent(queue, &ended, 1, nullptr, 0, nullptr) == 0) return queue;
    ::close(queue);
#endif
    return -1;
}

int watch_directory(const std::string& /*path*/) {
    return -1;
}

bool was_made(int /*watch*/, const std::string& /*name*/) {
    return false;
}

void announce_input(int /*pipe*/) {}

void acknowledge_at_once(int /*socket*/) {}

std::size_t allocated_size([[maybe_unused]] void* memory) {
#ifdef __APPLE__
    return ::malloc_size(memory);
#else
    return 0;
#endif
}

}  // namespace hfssh::system

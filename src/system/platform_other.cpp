#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstdlib>

#ifdef __APPLE__
#include <mach-o/dyld.h>
#include <malloc/malloc.h>
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

void acknowledge_at_once(int /*socket*/) {}

std::size_t allocated_size([[maybe_unused]] void* memory) {
#ifdef __APPLE__
    return ::malloc_size(memory);
#else
    return 0;
#endif
}

}  // namespace hfssh::system

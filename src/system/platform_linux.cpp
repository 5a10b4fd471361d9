#include <dirent.h>
#include <fcntl.h>
#include <malloc.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/auxv.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include "hfssh/system/files.hpp"
#include "hfssh/system/platform.hpp"
#include "hfssh/system/text.hpp"

#if defined(HFSSH_STATIC) && defined(__GLIBC__)
#include <nss.h>

// A static program that follows nsswitch.conf loads the services named there from the system, made
// for another glibc. What is built in is enough: /etc/passwd, /etc/hosts and DNS.
[[gnu::constructor]] static void use_built_in_name_services() {
    ::__nss_configure_lookup("passwd", "files");
    ::__nss_configure_lookup("group", "files");
    ::__nss_configure_lookup("hosts", "files dns");
    ::__nss_configure_lookup("services", "files");
}
#endif

namespace hfssh::system {

std::string executable_file() {
    std::string path(PATH_MAX, '\0');
    const ssize_t length = ::readlink("/proc/self/exe", path.data(), path.size());
    path.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
    if (!path.empty()) return path;
    // Without /proc: the name that was executed, as the kernel kept it.
    const auto* const name = reinterpret_cast<const char*>(::getauxval(AT_EXECFN));
    const std::unique_ptr<char, decltype(&std::free)> real(
        name == nullptr ? nullptr : ::realpath(name, nullptr), &std::free);
    return real ? std::string(real.get()) : path;
}

bool end_with_parent(pid_t parent, int signal) {
    ::prctl(PR_SET_PDEATHSIG, signal);
    return ::getppid() == parent;
}

void close_from(int first, std::initializer_list<int> keep) {
    const auto kept = [&](int fd) { return std::find(keep.begin(), keep.end(), fd) != keep.end(); };
    DIR* directory = ::opendir("/proc/self/fd");
    if (directory == nullptr) return;
    std::vector<int> open;
    while (const dirent* entry = ::readdir(directory)) {
        const int fd = std::atoi(entry->d_name);
        if (entry->d_name[0] == '.' || fd < first || kept(fd)) continue;
        if ((::fcntl(fd, F_GETFD) & FD_CLOEXEC) == 0) open.push_back(fd);
    }
    ::closedir(directory);
    for (const int fd : open)
        ::close(fd);
}

std::string descriptor_path(int fd) {
    return "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(fd);
}

int anonymous_file(const char* name) {
    const int fd = ::memfd_create(name, MFD_CLOEXEC);
    if (fd >= 0 && ::fchmod(fd, 0600) != 0) {  // it is made with 0777, which ssh refuses for a key
        ::close(fd);
        return -1;
    }
    return fd;
}

std::optional<Process> find_process(pid_t pid) {
    const auto read = read_file("/proc/" + std::to_string(pid) + "/stat", 4096);
    const auto* text = std::get_if<std::string>(&read);
    if (text == nullptr) return std::nullopt;
    std::string file(PATH_MAX, '\0');
    const std::string link = "/proc/" + std::to_string(pid) + "/exe";
    const ssize_t length = ::readlink(link.c_str(), file.data(), file.size());
    file.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
    // proc(5): a name in parentheses that may hold any character; then the third field.
    const auto close = text->rfind(')');
    if (close == std::string::npos) return std::nullopt;
    const auto fields = words(std::string_view(*text).substr(close + 1));
    constexpr std::size_t parent = 1, session = 3, started = 19;
    if (fields.size() <= started) return std::nullopt;
    const auto number = [&](std::size_t field) {
        return std::strtoull(std::string(fields[field]).c_str(), nullptr, 10);
    };
    return Process{static_cast<pid_t>(number(parent)), static_cast<pid_t>(number(session)),
                   number(started), file.substr(file.rfind('/') + 1)};
}

int watch_directory(const std::string& path) {
    const int watch = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (watch < 0 || ::inotify_add_watch(watch, path.c_str(), IN_CREATE) >= 0) return watch;
    ::close(watch);
    return -1;
}

bool was_made(int watch, const std::string& name) {
    alignas(inotify_event) char events[4096];
    for (ssize_t length = 0; (length = ::read(watch, events, sizeof events)) > 0;) {
        for (const char* at = events; at < events + length;) {
            inotify_event event;
            std::memcpy(&event, at, sizeof event);
            at += sizeof event;
            if (event.len > 0 && name == at) return true;
            at += event.len;
        }
    }
    return false;
}

int watch_process(pid_t pid) {
    return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
}

void announce_input(int pipe) {
    ::fcntl(pipe, F_SETOWN, ::getpid());
    ::fcntl(pipe, F_SETSIG, SIGCHLD);
    ::fcntl(pipe, F_SETFL, ::fcntl(pipe, F_GETFL) | O_ASYNC);
}

void acknowledge_at_once(int socket) {
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

std::size_t allocated_size(void* memory) {
    return ::malloc_usable_size(memory);
}

}  // namespace hfssh::system

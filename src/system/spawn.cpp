#include "hfssh/system/spawn.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "hfssh/system/platform.hpp"
#include "hfssh/system/signal_watch.hpp"

extern char** environ;  // not declared by every <unistd.h>

namespace hfssh::system {
namespace {

std::vector<char*> pointers(const std::vector<std::string>& words) {
    std::vector<char*> result;
    result.reserve(words.size() + 1);
    for (const std::string& word : words)
        result.push_back(const_cast<char*>(word.c_str()));
    result.push_back(nullptr);
    return result;
}

// Our environment, overridden by the command's own variables.
std::vector<char*> environment_of(const Command& command) {
    std::vector<char*> result = pointers(command.environment);
    result.pop_back();
    const auto is_replaced = [&](std::string_view entry) {
        const std::string_view name = entry.substr(0, entry.find('=') + 1);
        return std::ranges::any_of(command.environment, [&](const std::string& own) {
            return !name.empty() && own.starts_with(name);
        });
    };
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        if (!is_replaced(*entry)) result.push_back(*entry);
    }
    result.push_back(nullptr);
    return result;
}

bool redirect(int from, int to) {
    return from < 0 || ::dup2(from, to) >= 0;
}

// As execvp(3): a script without "#!" is one for the shell, which git runs in the same way.
std::vector<char*> for_shell(const Command& command, const std::vector<char*>& argv) {
    std::vector<char*> words = {const_cast<char*>("/bin/sh"),
                                const_cast<char*>(command.file.c_str())};
    words.insert(words.end(), argv.begin() + 1, argv.end());
    return words;
}

// If our parent ignores CHLD, a child's status would be lost.
void keep_statuses() {
    struct sigaction action = {};
    if (::sigaction(SIGCHLD, nullptr, &action) == 0 && action.sa_handler == SIG_IGN) {
        ::signal(SIGCHLD, SIG_DFL);
    }
}

// Of the child, before it goes on: only what is safe between fork and exec (signal-safety(7)).
bool make_ready(const SpawnOptions& options, pid_t parent) {
    if (options.own_session) ::setsid();
    const bool ready = end_with_parent(parent, options.parent_death_signal) &&
                       (options.directory == nullptr || ::chdir(options.directory) == 0) &&
                       redirect(options.standard_input, STDIN_FILENO) &&
                       redirect(options.standard_output, STDOUT_FILENO) &&
                       redirect(options.standard_error, STDERR_FILENO);
    if (!ready) return false;
    if (const sigset_t* mask = child_signal_mask()) ::sigprocmask(SIG_SETMASK, mask, nullptr);
    return true;
}

// A handler of ours would be undone by exec(3).
void act_by_default() {
    for (const int number : {SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGCONT, SIGCHLD}) {
        struct sigaction action = {};
        if (::sigaction(number, nullptr, &action) == 0 && action.sa_handler != SIG_IGN) {
            ::signal(number, SIG_DFL);
        }
    }
}

template <class GoOn>
Spawned start(const SpawnOptions& options, const GoOn& go_on) {
    keep_statuses();
    const pid_t self = ::getpid();
    Pipe result = make_pipe();
    if (!result.read) return {-1, errno, {}};
    const pid_t pid = ::fork();
    if (pid == 0) {
        if (make_ready(options, self)) go_on(result.write);
        const int error = errno;
        // A pipe takes these few bytes at once; there is no one to report a failure to.
        if (::write(result.write.get(), &error, sizeof error) < 0) ::_exit(126);
        ::_exit(127);
    }
    if (pid < 0) return {-1, errno, {}};
    return {pid, 0, std::move(result.read)};
}

}  // namespace

int execute(const Command& command) {
    const std::vector<char*> argv = pointers(command.argv);
    const std::vector<char*> environment = environment_of(command);
    ::execve(command.file.c_str(), argv.data(), environment.data());
    if (errno == ENOEXEC) ::execve("/bin/sh", for_shell(command, argv).data(), environment.data());
    return errno;
}

Spawned spawn(const Command& command, const SpawnOptions& options) {
    const std::vector<char*> argv = pointers(command.argv);
    const std::vector<char*> shell = for_shell(command, argv);
    const std::vector<char*> environment = environment_of(command);
    return start(options, [&](UniqueFd& /*result*/) {
        ::execve(command.file.c_str(), argv.data(), environment.data());
        if (errno == ENOEXEC) ::execve(shell[0], shell.data(), environment.data());
    });
}

Spawned spawn(const std::function<int()>& body, const SpawnOptions& options) {
    return start(options, [&](UniqueFd& result) {
        act_by_default();
        result.reset();
        ::_exit(body());
    });
}

int exec_error(Spawned& child) {
    int error = child.error;
    while (child.exec_result && ::read(child.exec_result.get(), &error, sizeof error) < 0 &&
           errno == EINTR) {
    }
    child.exec_result.reset();
    return error;
}

Pipe make_pipe() {
    int ends[2];
#ifdef __linux__
    if (::pipe2(ends, O_CLOEXEC) != 0) return {};
#else
    if (::pipe(ends) != 0) return {};
    ::fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    ::fcntl(ends[1], F_SETFD, FD_CLOEXEC);
#endif
    return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

UniqueFd open_local_socket() {
    UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM, 0));
    if (!fd) return fd;
    (void)::fcntl(fd.get(), F_SETFD, FD_CLOEXEC);
    (void)::fcntl(fd.get(), F_SETFL, O_NONBLOCK);
#ifdef SO_NOSIGPIPE
    const int on = 1;
    (void)::setsockopt(fd.get(), SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
    return fd;
}

UniqueFd open_null() {
    return UniqueFd(::open("/dev/null", O_RDWR | O_CLOEXEC));
}

}  // namespace hfssh::system

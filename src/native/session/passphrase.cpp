#include "passphrase.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#if __has_include(<readpassphrase.h>)
#include <readpassphrase.h>
#else
#include <bsd/readpassphrase.h>
#endif

#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/spawn.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::native {
namespace {

using Answer = std::variant<Passphrase, NoPassphrase>;
using system::UniqueFd;

AskpassSettings askpass_settings() {
    return {system::environment("SSH_ASKPASS_REQUIRE").value_or(""),
            system::environment("DISPLAY") || system::environment("WAYLAND_DISPLAY"),
            system::environment("SSH_ASKPASS").has_value()};
}

// Goes to the beginning of the terminal's line, so that the prompt is written over what was typed
// too early and is to be seen. False if there is no terminal.
bool begin_line() {
    const UniqueFd terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC));
    if (!terminal) return false;
    [[maybe_unused]] const ssize_t written = ::write(terminal.get(), "\r", 1);
    return true;
}

WayToAsk find_way() {
    const AskpassSettings settings = askpass_settings();
    const WayToAsk way = way_to_ask(settings, true);
    return way == WayToAsk::terminal && !begin_line() ? way_to_ask(settings, false) : way;
}

// An empty one counts as none: ssh(1) does not even try it.
Answer given(Passphrase passphrase) {
    if (passphrase.view().empty()) return NoPassphrase::not_given;
    return passphrase;
}

Answer ask_at_terminal(const std::string& prompt) {
    Passphrase passphrase;
    if (::readpassphrase(prompt.c_str(), passphrase.data(), Passphrase::capacity,
                         RPP_REQUIRE_TTY) == nullptr) {
        return errno == EINTR ? NoPassphrase::not_given : NoPassphrase::nobody_to_ask;
    }
    return given(std::move(passphrase));
}

// What the program says, as far as there is room: without more, it ends by itself (EPIPE).
void read_first_line(int fd, Passphrase& passphrase) {
    std::size_t length = 0;
    while (length < Passphrase::capacity - 1) {
        const ssize_t count =
            ::read(fd, passphrase.data() + length, Passphrase::capacity - 1 - length);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        length += static_cast<std::size_t>(count);
    }
    passphrase.data()[std::strcspn(passphrase.c_str(), "\r\n")] = '\0';
}

bool ends_well(pid_t pid) {
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR) return false;
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// Starts it, and waits until it runs; ERROR is errno if it does not.
system::Spawned start(const system::Command& command, const system::SpawnOptions& options,
                      int& error) {
    system::Spawned child = system::spawn(command, options);
    error = system::exec_error(child);
    return child;
}

// As ssh(1), which leaves it to execlp(3): NAME is looked for on PATH, and a script without "#!" is
// the shell's.
system::Spawned start_askpass(const std::string& name, const std::string& prompt,
                              const system::SpawnOptions& options, int& error) {
    const std::string file = system::first_on_path(name);
    error = ENOENT;
    if (file.empty()) return {};
    system::Spawned child = start({file, {name, prompt}}, options, error);
    if (error != ENOEXEC) return child;
    (void)ends_well(child.pid);
    return start({"/bin/sh", {"sh", file, prompt}}, options, error);
}

Answer ask_by_program(const std::string& name, const std::string& prompt) {
    const UniqueFd null = system::open_null();
    system::Pipe output = system::make_pipe();
    if (!null || !output.read) return NoPassphrase::nobody_to_ask;
    system::SpawnOptions options;
    options.standard_input = null.get();
    options.standard_output = output.write.get();
    options.parent_death_signal = SIGTERM;  // it may have a terminal to put right
    int error = 0;
    const system::Spawned child = start_askpass(name, prompt, options, error);
    output.write.reset();
    Passphrase passphrase;
    read_first_line(output.read.get(), passphrase);
    output.read.reset();
    const bool declined = child.pid < 0 || !ends_well(child.pid);
    if (error != 0) {
        system::say("cannot run SSH_ASKPASS " + system::printable(name) + ": " +
                    std::strerror(error));
        return NoPassphrase::nobody_to_ask;
    }
    return declined ? Answer(NoPassphrase::not_given) : given(std::move(passphrase));
}

}  // namespace

WayToAsk way_to_ask(const AskpassSettings& settings, bool has_terminal) {
    const std::string require = system::lower(settings.require);
    const bool forced = require == "force";
    const bool allowed = forced || (settings.has_display && require != "never");
    const bool preferred = forced || (allowed && require == "prefer");
    if (has_terminal && !preferred) return WayToAsk::terminal;
    return allowed && settings.has_program ? WayToAsk::program : WayToAsk::nobody;
}

Answer ask_passphrase(const std::string& prompt) {
    const std::string shown = system::printable(prompt);
    switch (find_way()) {
        case WayToAsk::terminal:
            return ask_at_terminal(shown);
        case WayToAsk::program:
            return ask_by_program(system::environment("SSH_ASKPASS").value_or(""), shown);
        case WayToAsk::nobody:
            break;
    }
    return NoPassphrase::nobody_to_ask;
}

}  // namespace hfssh::native

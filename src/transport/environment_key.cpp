#include "hfssh/transport/environment_key.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <variant>

#include "hfssh/identity/key_file.hpp"
#include "hfssh/identity/key_text.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/files.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"

namespace hfssh::transport {
namespace {

using system::Failure;

constexpr std::size_t largest = 64 * 1024;

std::optional<std::string> take(const char* name) {
    auto value = system::environment(name);
    // The copy that the kernel shows in /proc/PID/environ too.
    if (char* original = std::getenv(name)) std::memset(original, '\0', std::strlen(original));
    ::unsetenv(name);
    return value;
}

// "<(command)" of a shell, and other pipes: what comes within five seconds.
std::string read_pipe(const std::string& path) {
    const system::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    std::string text;
    pollfd watched = {fd.get(), POLLIN, 0};
    while (fd && text.size() <= largest && ::poll(&watched, 1, 5000) > 0) {
        char buffer[4096];
        const ssize_t count = ::read(fd.get(), buffer, sizeof buffer);
        if (count <= 0) break;
        text.append(buffer, static_cast<std::size_t>(count));
    }
    return text;
}

std::string read(const std::string& path) {
    struct stat info = {};
    if (::stat(path.c_str(), &info) == 0 && S_ISFIFO(info.st_mode)) return read_pipe(path);
    auto content = system::read_file(path, largest);
    if (const auto* error = std::get_if<system::FileError>(&content)) {
        throw Failure("HF_SSH_KEY_FILE: " + system::display_path(path) + ": " + error->detail);
    }
    return std::get<std::string>(std::move(content));
}

}  // namespace

EnvironmentKey::EnvironmentKey() : text_(take("HF_SSH_KEY")), path_(take("HF_SSH_KEY_FILE")) {}

EnvironmentKey::~EnvironmentKey() {
    if (text_) identity::wipe(*text_);
}

std::string EnvironmentKey::file() {
    std::string given = text_ ? *text_ : read(system::expand_tilde(*path_));
    auto key = identity::normalise_private_key(given);
    identity::wipe(given);
    if (!key) {
        throw Failure(std::string(name()) + " holds no private key",
                      "it takes the text of a private key file, as it is or in base64");
    }
    if (identity::read_key_file(*key)->encrypted) {
        identity::wipe(*key);
        throw Failure(std::string(name()) +
                          " holds a key with a passphrase, and nobody can be "
                          "asked for it here",
                      "make a key without one for this: ssh-keygen -t ed25519 -N ''");
    }
    std::string file = directory_.write("key", *key);
    identity::wipe(*key);
    if (file.empty()) throw Failure("no private directory can be made for the key");
    return file;
}

}  // namespace hfssh::transport

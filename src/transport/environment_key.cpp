// A private key out of the environment, on its way to ssh.
#include "hfssh/transport/environment_key.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <variant>

#include "hfssh/identity/key_file.hpp"
#include "hfssh/identity/key_text.hpp"
#include "hfssh/settings/variables.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/files.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/platform.hpp"

namespace hfssh::transport {
namespace {

using system::Failure;

using system::largest_small_file;

std::optional<std::string> take(const char* name) {
    char* original = std::getenv(name);
    if (original == nullptr) return std::nullopt;
    std::string value = original;
    // The kernel shows the original in /proc/PID/environ.
    std::memset(original, '\0', std::strlen(original));
    ::unsetenv(name);
    return value;
}

// "<(command)" of a shell, and other pipes: as much as arrives within five seconds.
std::string read_pipe(const std::string& path) {
    const system::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    std::string text;
    pollfd watched = {fd.get(), POLLIN, 0};
    while (fd && text.size() <= largest_small_file && ::poll(&watched, 1, 5000) > 0) {
        char buffer[4096];
        const ssize_t count = ::read(fd.get(), buffer, sizeof buffer);
        if (count <= 0) break;
        text.append(buffer, static_cast<std::size_t>(count));
    }
    return text;
}

std::string read(const std::string& given) {
    settings::refuse_key_text("HF_SSH_KEY_FILE", given);
    const std::string path = system::expand_tilde(given);
    struct stat info = {};
    if (::stat(path.c_str(), &info) == 0 && S_ISFIFO(info.st_mode)) return read_pipe(path);
    auto content = system::read_file(path, largest_small_file);
    if (const auto* error = std::get_if<system::FileError>(&content)) {
        throw Failure("HF_SSH_KEY_FILE: " + system::display_path(path) + ": " + error->detail, {},
                      system::Code::bad_argument);
    }
    return std::get<std::string>(std::move(content));
}

bool write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t count = ::write(fd, text.data(), text.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

// A file in memory with TEXT that a child can open by its path; none if /proc is not there.
system::UniqueFd in_memory(std::string_view text) {
    system::UniqueFd fd(system::anonymous_file("hf-ssh-key"));
    if (!fd || !write_all(fd.get(), text)) return {};
    const std::string path = system::descriptor_path(fd.get());
    return ::access(path.c_str(), R_OK) == 0 ? std::move(fd) : system::UniqueFd();
}

[[noreturn]] void refuse(const char* name, std::string_view given) {
    const std::string why = identity::no_private_key_in(given);
    std::string hint = "it takes the text of a private key file, as it is or in base64";
    if (std::strcmp(name, "HF_SSH_KEY_FILE") == 0) {
        hint = "it takes the path of a private key file";
    } else if (why == "it is a path") {
        hint = "for a path, use HF_SSH_KEY_FILE";
    } else if (why.ends_with("empty")) {
        hint = "give it the text of a private key file, or unset it";
    }
    throw Failure(std::string(name) + " holds no private key" + (why.empty() ? "" : ": " + why),
                  hint, system::Code::bad_argument);
}

}  // namespace

EnvironmentKey::EnvironmentKey() : text_(take("HF_SSH_KEY")), path_(take("HF_SSH_KEY_FILE")) {
    if (text_ && text_->empty()) {
        empty_name_ = "HF_SSH_KEY";
        text_.reset();
    }
    if (path_ && path_->empty()) {
        empty_name_ = "HF_SSH_KEY_FILE";
        path_.reset();
    }
    system::clear_left_behind();
}

EnvironmentKey::~EnvironmentKey() {
    if (text_) identity::wipe(*text_);
}

std::string EnvironmentKey::file() {
    const identity::Secret given(text_ ? *text_ : read(*path_));
    auto normal = identity::normalise_private_key(given.view());
    if (!normal) refuse(name(), given.view());
    const identity::Secret key(std::move(*normal));
    if (identity::read_key_file(key.view())->encrypted) {
        throw Failure(std::string(name()) +
                          " holds a key with a passphrase, and there is no one to "
                          "ask for it here",
                      "make a key without one for this: ssh-keygen -t ed25519 -N '' -f hf_key",
                      system::Code::key_locked);
    }
    memory_ = in_memory(key.view());
    if (memory_) return system::descriptor_path(memory_.get());
    std::string file = directory_.write("key", key.view());
    if (file.empty()) {
        throw Failure(
            "no private place for the key of " + std::string(name()) + ": " + directory_.problem(),
            {}, system::Code::file);
    }
    return file;
}

void EnvironmentKey::remove_file() {
    memory_.reset();
    directory_.remove();
}

}  // namespace hfssh::transport

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <utility>
#include <variant>
#include <vector>

#include "hfssh/identity/key_file.hpp"
#include "hfssh/identity/stored_key.hpp"
#include "hfssh/manage/context/registration.hpp"
#include "hfssh/manage/report/key.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/files.hpp"
#include "hfssh/system/foreground.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/process.hpp"
#include "hfssh/system/temporary_directory.hpp"
#include "hfssh/system/text.hpp"
#include "hfssh/system/unique_fd.hpp"
#include "keys.hpp"

// A new key pair, made by ssh-keygen(1) in a private directory and then put in its place.
namespace hfssh::manage {
namespace {

using system::Capture;
using system::display_path;
using system::Failure;

struct KeyType {
    const char* name;  // for -t
    const char* bits;  // for -b; null: there is no choice
    const char* file;
    const char* spoken;
};
constexpr std::array<KeyType, 3> types = {{
    {"ed25519", nullptr, "id_ed25519", "an Ed25519 key"},
    {"ecdsa", "256", "id_ecdsa", "an ECDSA key"},
    {"rsa", "3072", "id_rsa", "an RSA key"},
}};

bool is_there(const std::string& path) {
    struct stat info = {};
    return ::lstat(path.c_str(), &info) == 0;
}

bool is_taken(const std::string& path) {
    return is_there(path) || is_there(path + ".pub");
}

// the place --------------------------------------------------------------------------------------

constexpr std::size_t largest = 64 * 1024;
constexpr mode_t private_mode = 0600;
constexpr mode_t public_mode = 0644;

// Creates an empty file; of two processes at once, one fails.
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

// The place for a new key pair: PATH and PATH.pub. Throws a system::Failure if nothing can be
// written there. ~/.ssh (0700) is made if it is missing, and removed again if no key was put into
// it.
class KeyPlace {
  public:
    explicit KeyPlace(std::string path);
    ~KeyPlace();
    KeyPlace(const KeyPlace&) = delete;
    KeyPlace& operator=(const KeyPlace&) = delete;

    // Copies the pair at MADE there, the public half first, and never over a file. Returns 0, or
    // errno (EEXIST: a file exists), and then nothing of it stays.
    [[nodiscard]] int put(const std::string& made);

  private:
    std::string path_;
    std::string new_directory_;  // made here
};

KeyPlace::KeyPlace(std::string path) : path_(std::move(path)) {
    const std::string directory = path_.substr(0, path_.rfind('/') + 1);
    const std::string own = transport::ssh_directory();
    struct stat info = {};
    if (::stat(directory.c_str(), &info) != 0) {
        if (errno != ENOENT || directory != own + "/") {
            throw system::Failure(
                "cannot use " + system::display_path(directory) + ": " + std::strerror(errno),
                errno == ENOENT ? "make it: mkdir -p " + shell_path(directory) : std::string(),
                system::Code::file);
        }
        if (const int error = system::make_directories(own, 0700)) {
            throw cannot("make", own, error);
        }
        new_directory_ = own;
    }
    if (::access(directory.c_str(), W_OK | X_OK) != 0) {
        throw cannot("write to", directory, errno);
    }
}

KeyPlace::~KeyPlace() {
    if (!new_directory_.empty()) ::rmdir(new_directory_.c_str());  // fails unless it is empty
}

int KeyPlace::put(const std::string& made) {
    if (const int error = copy_new(made + ".pub", path_ + ".pub", public_mode)) return error;
    const int error = copy_new(made, path_, private_mode);
    if (error != 0) ::unlink((path_ + ".pub").c_str());
    return error;
}

// the key ----------------------------------------------------------------------------------------

class Maker {
  public:
    Maker(const KeyOrder& order, const Surroundings& surroundings)
        : order_(order),
          surroundings_(surroundings),
          program_(system::absolute_path(system::find_program("ssh-keygen"))) {
        if (program_.empty()) {
            throw Failure("ssh-keygen was not found on PATH",
                          "it comes with OpenSSH (package openssh-client or openssh)",
                          system::Code::no_ssh);
        }
        if (temporary_.path().empty()) {
            throw Failure(
                "cannot make a key: neither /dev/shm nor /tmp is a directory that is safe to "
                "write to",
                {}, system::Code::file);
        }
    }

    std::string make() {
        const KeyType& type = find_type();
        const std::string path = order_.path.empty() ? default_path(type) : order_.path;
        require_free(path);
        KeyPlace place(path);
        name_ = path.substr(path.rfind('/') + 1);
        if (!run(type, path)) return {};
        const std::string made = temporary_.path() + "/" + name_;
        if (const int error = place.put(made)) {
            require_free(path);  // another process was faster
            throw cannot("write", path, error);
        }
        return path;
    }

  private:
    [[nodiscard]] std::vector<std::string> words(const KeyType& type,
                                                 const std::string& file) const {
        std::vector<std::string> words = {"ssh-keygen", "-q", "-t", type.name, "-f", file};
        if (type.bits != nullptr) words.insert(words.end(), {"-b", type.bits});
        if (!order_.comment.empty()) words.insert(words.end(), {"-C", order_.comment});
        return words;
    }

    // With an empty passphrase, without asking. Returns its error, empty if it succeeded.
    std::string make_silently(const KeyType& type, const std::string& file) {
        auto all = words(type, temporary_.path() + "/" + file);
        all.insert(all.end(), {"-N", ""});
        Capture capture({program_, all}, Capture::Errors::collect);
        const auto answer = capture.wait(std::chrono::steady_clock::now() + std::chrono::minutes(1),
                                         65536, [&] { return surroundings_.told_to_end(); });
        if (answer.succeeded()) return {};
        const auto lines = system::lines(answer.errors.empty() ? answer.output : answer.errors);
        return lines.empty() ? "it failed" : system::printable(system::trim(lines.front()));
    }

    // A machine in FIPS mode makes no Ed25519 keys, nor does an old ssh-keygen. Tried before the
    // user types a passphrase.
    const KeyType& find_type() {
        std::string first;
        for (const KeyType& type : types) {
            const std::string trouble = make_silently(type, "try");
            ::unlink((temporary_.path() + "/try").c_str());
            ::unlink((temporary_.path() + "/try.pub").c_str());
            if (trouble.empty()) {
                if (!first.empty()) {
                    system::say("ssh-keygen cannot make an Ed25519 key here (" + first +
                                "); making " + type.spoken);
                }
                return type;
            }
            if (first.empty()) first = trouble;
        }
        if (const std::string reason = no_passwd_entry("ssh-keygen"); !reason.empty()) {
            throw Failure(reason, "add one, or make the key on another machine",
                          system::Code::file);
        }
        throw Failure("ssh-keygen cannot make a key here: " + first, {}, system::Code::file);
    }

    static std::string default_path(const KeyType& type) {
        if (system::home().empty()) {
            throw Failure("there is no home directory", "name a file: git hf-ssh keys new FILE",
                          system::Code::file);
        }
        return transport::ssh_directory() + "/" + type.file;
    }

    static void require_free(const std::string& path) {
        if (!is_taken(path)) return;
        const auto stored = identity::load_key(path);
        const auto* known = std::get_if<identity::StoredKey>(&stored);
        const std::string other =
            "make another one: git hf-ssh keys new " + shell_path(free_path(path));
        if (known == nullptr || !known->key) {
            throw Failure(display_path(is_there(path) ? path : path + ".pub") +
                              " already exists; not overwritten",
                          other, system::Code::exists);
        }
        throw Failure(display_path(path) + " already exists; not overwritten (" +
                          known->key->label() + " " + known->key->fingerprint() + ")",
                      "use it: git hf-ssh keys check --open " + shell_path(path) + "\n" + other,
                      system::Code::exists);
    }

    // False if a signal told us to end.
    bool run(const KeyType& type, const std::string& path) {
        if (!order_.passphrase) {
            const std::string trouble = make_silently(type, name_);
            if (surroundings_.told_to_end()) return false;
            if (!trouble.empty()) throw Failure("ssh-keygen failed: " + trouble);
            return true;
        }
        system::say("making " + display_path(path) + "; ssh-keygen asks for its passphrase");
        const system::Ended ended = ask(type);
        if (surroundings_.told_to_end()) return false;
        if (ended.error != 0) {
            throw Failure(
                "cannot run " + display_path(program_) + ": " + std::strerror(ended.error), {},
                system::Code::no_ssh);
        }
        if (!ended.succeeded()) {
            throw Failure("ssh-keygen failed; its message is above");
        }
        return true;
    }

    // At the terminal, whatever our standard input is: otherwise ssh-keygen would run SSH_ASKPASS,
    // and take its failure for an empty passphrase.
    system::Ended ask(const KeyType& type) {
        const system::UniqueFd terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
        system::SpawnOptions options;
        options.standard_input = terminal.get();
        options.standard_output = STDERR_FILENO;
        options.directory = temporary_.path().c_str();
        const auto require = system::environment("SSH_ASKPASS_REQUIRE");
        ::unsetenv("SSH_ASKPASS_REQUIRE");
        const system::Ended ended = system::run_in_foreground({program_, words(type, name_)},
                                                              options, surroundings_.signals());
        if (require) ::setenv("SSH_ASKPASS_REQUIRE", require->c_str(), 1);
        return ended;
    }

    const KeyOrder& order_;
    const Surroundings& surroundings_;
    std::string program_;
    std::string name_;
    system::TemporaryDirectory temporary_;
};

}  // namespace

std::string free_path(const std::string& taken) {
    const std::string base = taken + "_hf";
    std::string path = base;
    for (int number = 2; is_taken(path); ++number)
        path = base + std::to_string(number);
    return path;
}

std::string make_key(const KeyOrder& order, const Surroundings& surroundings) {
    return Maker(order, surroundings).make();
}

}  // namespace hfssh::manage

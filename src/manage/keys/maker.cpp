#include "maker.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "hfssh/identity/stored_key.hpp"
#include "hfssh/manage/report/key.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/foreground.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/process.hpp"
#include "hfssh/system/temporary_directory.hpp"
#include "hfssh/system/text.hpp"
#include "place.hpp"

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

class Maker {
  public:
    Maker(const KeyOrder& order, const Surroundings& surroundings)
        : order_(order),
          surroundings_(surroundings),
          program_(system::absolute_path(system::find_program("ssh-keygen"))) {
        if (program_.empty()) {
            throw Failure("ssh-keygen was not found on PATH",
                          "it comes with OpenSSH (package openssh-client or openssh)");
        }
        if (temporary_.path().empty()) {
            throw Failure(
                "there is no place to make a key in: neither /dev/shm nor /tmp is a "
                "directory that is safe to write to");
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
            require_free(path);  // somebody else was quicker
            throw Failure("cannot write " + display_path(path) + ": " + std::strerror(error));
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

    // With an empty passphrase, and nobody asked. What it said where it failed.
    std::string make_silently(const KeyType& type, const std::string& file) {
        auto all = words(type, temporary_.path() + "/" + file);
        all.insert(all.end(), {"-N", ""});
        Capture capture({program_, all}, Capture::Errors::collect);
        const auto answer = capture.wait(std::chrono::steady_clock::now() + std::chrono::minutes(1),
                                         65536, [&] { return surroundings_.told_to_end(); });
        if (answer.succeeded()) return {};
        const auto lines = system::lines(answer.errors.empty() ? answer.output : answer.errors);
        return lines.empty() ? "it failed" : system::printable(lines.front());
    }

    // A machine in FIPS mode makes no Ed25519 keys, nor does an ssh-keygen of old. Tried before
    // anybody types a passphrase.
    const KeyType& find_type() {
        std::string first;
        for (const KeyType& type : types) {
            const std::string trouble = make_silently(type, "try");
            ::unlink((temporary_.path() + "/try").c_str());
            ::unlink((temporary_.path() + "/try.pub").c_str());
            if (trouble.empty()) {
                if (!first.empty()) {
                    system::say("ssh-keygen makes no Ed25519 key here (" + first + "), so it is " +
                                type.spoken);
                }
                return type;
            }
            if (first.empty()) first = trouble;
        }
        throw Failure("ssh-keygen makes no key here: " + first);
    }

    static std::string default_path(const KeyType& type) {
        if (system::home().empty()) {
            throw Failure("there is no home directory", "say where: git hf-ssh keys new FILE");
        }
        return system::home() + "/.ssh/" + type.file;
    }

    static void require_free(const std::string& path) {
        if (!is_taken(path)) return;
        const auto stored = identity::load_key(path);
        const auto* known = std::get_if<identity::StoredKey>(&stored);
        const std::string other =
            "make another one: git hf-ssh keys new " + shell_path(free_path(path));
        if (known == nullptr || !known->key) {
            throw Failure("there is a file already, and it stays: " +
                              display_path(is_there(path) ? path : path + ".pub"),
                          other);
        }
        throw Failure("there is a key already, and it stays: " + display_path(path) + " (" +
                          known->key->label() + " " + known->key->fingerprint() + ")",
                      "use it: git hf-ssh keys check --open " + shell_path(path) + "\nor " + other);
    }

    // False where we were told to end.
    bool run(const KeyType& type, const std::string& path) {
        if (!order_.passphrase) {
            const std::string trouble = make_silently(type, name_);
            if (surroundings_.told_to_end()) return false;
            if (!trouble.empty()) throw Failure("ssh-keygen made no key: " + trouble);
            return true;
        }
        system::say("making " + display_path(path) + "; ssh-keygen asks for its passphrase");
        const system::Ended ended = ask(type);
        if (surroundings_.told_to_end()) return false;
        if (ended.error != 0) {
            throw Failure("cannot run " + display_path(program_) + ": " +
                          std::strerror(ended.error));
        }
        if (!ended.succeeded()) {
            throw Failure("ssh-keygen made no key; its own message is above");
        }
        return true;
    }

    // At the terminal, whatever our standard input is: where that is none, ssh-keygen would ask a
    // program instead, and take it for an empty passphrase that it was not told one.
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

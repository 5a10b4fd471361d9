#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "hfssh/system/paths.hpp"
#include "hfssh/system/process.hpp"

// Real keys and a real agent, made by the installed ssh-keygen(1), ssh-agent(1) and ssh-add(1).
namespace hfssh::test {

// Runs a program found on PATH; its standard output. Throws where it fails.
inline std::string run(std::vector<std::string> words) {
    const std::string file = system::find_program(words.at(0));
    system::Capture child({file, words}, system::Capture::Errors::collect);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    const system::Capture::Result result = child.wait(deadline);
    if (!result.succeeded()) {
        throw std::runtime_error(words[0] + " failed: " + result.output + result.errors);
    }
    return result.output;
}

// Does a program found on PATH end with 0? Its output is discarded.
inline bool succeeds(const std::vector<std::string>& words) {
    system::Capture child({system::find_program(words.at(0)), words},
                          system::Capture::Errors::collect);
    return child.wait(std::chrono::steady_clock::now() + std::chrono::seconds(60)).succeeded();
}

// Makes PATH and PATH.pub; OPTIONS go to ssh-keygen ("-t", "rsa", "-m", "PEM").
inline void make_key(const std::string& path, std::vector<std::string> options = {"-t", "ed25519"},
                     const std::string& passphrase = "", const std::string& comment = "test key") {
    std::vector<std::string> words = {"ssh-keygen", "-q",       "-f", path,
                                      "-N",         passphrase, "-C", comment};
    words.insert(words.end(), options.begin(), options.end());
    (void)run(std::move(words));
}

// "SHA256:…" as ssh-keygen -l sees the file.
inline std::string keygen_fingerprint(const std::string& path) {
    const std::string line = run({"ssh-keygen", "-l", "-f", path});
    const std::size_t start = line.find("SHA256:");
    return line.substr(start, line.find(' ', start) - start);
}

// An ssh-agent at SOCKET, ended with the object.
class RealAgent {
  public:
    explicit RealAgent(std::string socket) : socket_(std::move(socket)) {
        const std::string program = system::find_program("ssh-agent");
        pid_ = ::fork();
        if (pid_ == 0) {
            ::close(1);
            ::execl(program.c_str(), "ssh-agent", "-D", "-a", socket_.c_str(), nullptr);
            ::_exit(127);
        }
        for (int i = 0; i < 500 && ::access(socket_.c_str(), F_OK) != 0; ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
    }
    ~RealAgent() {
        if (pid_ <= 0) return;
        (void)::kill(pid_, SIGTERM);
        (void)::waitpid(pid_, nullptr, 0);
    }
    RealAgent(const RealAgent&) = delete;
    RealAgent& operator=(const RealAgent&) = delete;

    void add(const std::string& key) const {
        (void)run({"env", "SSH_AUTH_SOCK=" + socket_, "ssh-add", "-q", key});
    }
    [[nodiscard]] const std::string& socket() const { return socket_; }

  private:
    std::string socket_;
    pid_t pid_ = -1;
};

}  // namespace hfssh::test

#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "hfssh/system/message.hpp"
#include "support/ssh_keys.hpp"
#include "support/temp_directory.hpp"

// The real sshd(8) as a ProxyCommand: it needs no port, and nobody logs in.
namespace hfssh::test {

class InlineServer {
  public:
    // KINDS for ssh-keygen -t, in the order of sshd's HostKey lines; OPTIONS are lines of
    // sshd_config(5).
    explicit InlineServer(const std::vector<std::string>& kinds, const std::string& options = {}) {
        std::string configuration = options +
                                    "UsePAM no\nStrictModes no\nPidFile none\nLogLevel QUIET\n"
                                    "HostKeyAlgorithms +ssh-rsa\n";
        for (const std::string& kind : kinds) {
            const std::string path = key(kind);
            if (kind == "rsa") {
                make_key(path, {"-t", "rsa", "-b", "2048"});
            } else {
                make_key(path, {"-t", kind});
            }
            configuration += "HostKey \"" + path + "\"\n";
        }
        directory_.write("sshd_config", configuration);
        // sshd wants it, as root only.
        if (::geteuid() == 0) ::mkdir("/run/sshd", 0755);
    }

    [[nodiscard]] std::string key(const std::string& kind) const { return directory_ / kind; }
    // "ssh-ed25519 AAAA…"
    [[nodiscard]] std::string public_line(const std::string& kind) const {
        return directory_.read(kind + ".pub");
    }
    [[nodiscard]] std::string command() const {
        return program() + " -i -f " + system::shell_quote(directory_ / "sshd_config");
    }

  private:
    static std::string program() {
        for (const char* path : {"/usr/sbin/sshd", "/usr/local/sbin/sshd", "/usr/bin/sshd"}) {
            if (::access(path, X_OK) == 0) return path;
        }
        return "sshd";
    }
    TempDirectory directory_;
};

}  // namespace hfssh::test

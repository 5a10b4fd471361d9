#pragma once

#include <stdexcept>
#include <string>

namespace hfssh::system {

// What kind of failure it was, for a program: git-hf-ssh-json(5) lists the names, which stay the
// same when the words change.
enum class Code {
    failed,             // none of these
    bad_argument,       // a word of the command line, or a variable, is not what it has to be
    file,               // a file or directory cannot be read, written, made or removed
    exists,             // there is one already
    git,                // git cannot be run, or cannot read or write its configuration
    host_key_refused,   // hf.co's host key is not trusted
    in_use,             // another process holds what is needed
    installation,       // a program of hf-ssh is missing
    interrupted,        // by the user
    key_locked,         // the key needs a passphrase, and it cannot be asked for
    no_connection,      // hf.co was not reached, or did not answer
    no_key,             // there is no key that can be used
    no_repository,      // not in a git repository
    no_ssh,             // there is no ssh, or it cannot run
    not_hf_co,          // the URL, or the remotes, do not lead to hf.co through ssh
    ssh_configuration,  // ssh's configuration or options cannot be used for hf.co
    unsafe_file,        // a file cannot be relied on: others may change it, or a line is broken
};
[[nodiscard]] const char* name_of(Code code);

// What stops the program: thrown where it is found, caught once, in main, and printed as
//     hf-ssh: MESSAGE
//     hint: HINT
// The message has no prefix and no full stop. An expected outcome that a caller handles is not a
// Failure but a value (enum, optional, variant).
class Failure : public std::runtime_error {
  public:
    explicit Failure(const std::string& message, std::string hint = {}, Code code = Code::failed)
        : std::runtime_error(message), hint_(std::move(hint)), code_(code) {}
    [[nodiscard]] const std::string& hint() const { return hint_; }
    [[nodiscard]] Code code() const { return code_; }

  private:
    std::string hint_;
    Code code_;
};

}  // namespace hfssh::system

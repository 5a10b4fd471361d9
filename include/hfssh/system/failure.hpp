#pragma once

#include <stdexcept>
#include <string>

namespace hfssh::system {

// What stops the program: thrown where it is found, caught once, in main, and printed as
//     hf-ssh: MESSAGE
//     hint: HINT
// The message has no prefix and no full stop. An expected outcome that a caller handles is not a
// Failure but a value (enum, optional, variant).
class Failure : public std::runtime_error {
  public:
    // CODE names the kind of failure for a program ("no-key"); it stays the same when the words
    // change.
    explicit Failure(const std::string& message, std::string hint = {}, const char* code = "failed")
        : std::runtime_error(message), hint_(std::move(hint)), code_(code) {}
    [[nodiscard]] const std::string& hint() const { return hint_; }
    [[nodiscard]] const char* code() const { return code_; }

  private:
    std::string hint_;
    const char* code_;
};

}  // namespace hfssh::system

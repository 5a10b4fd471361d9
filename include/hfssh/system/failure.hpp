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
    explicit Failure(const std::string& message, std::string hint = {})
        : std::runtime_error(message), hint_(std::move(hint)) {}
    [[nodiscard]] const std::string& hint() const { return hint_; }

  private:
    std::string hint_;
};

}  // namespace hfssh::system

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hfssh/ssh/closed/configuration.hpp"

// What the arguments for ssh(1) and for the native transport have in common: the identity, the
// session and the connection, in the words of ssh_config(5).
namespace hfssh::ssh {

class Options {
  public:
    void set(std::string_view option) {
        result_.emplace_back("-o");
        result_.emplace_back(option);
    }
    void set(std::string_view keyword, std::string_view value) {
        set(std::string(keyword) + "=" + std::string(value));
    }
    void flag(char letter) { result_.push_back(std::string("-") + letter); }
    void flag(char letter, std::string_view value) {
        flag(letter);
        result_.emplace_back(value);
    }
    std::vector<std::string> take() { return std::move(result_); }

  private:
    std::vector<std::string> result_;
};

enum class Target { openssh, native };

// False if the path of a key cannot be written.
[[nodiscard]] bool add_identity(const ClosedRequest& request, Options& options);

void add_session(const ClosedRequest& request, Options& options);

// The place, and the allow-list of the user's own settings. LEFT_OUT receives those that cannot be
// written and make no difference to whether or how safely a connection is made; for any other that
// is an error.
[[nodiscard]] std::optional<ClosedError> add_connection(const ClosedRequest& request, Target target,
                                                        Options& options,
                                                        std::vector<std::string>& left_out);

}  // namespace hfssh::ssh

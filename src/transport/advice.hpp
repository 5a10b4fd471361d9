#pragma once

#include <string>
#include <vector>

#include "hfssh/transport/lesson.hpp"

// What to do about the key that was offered. Pure.
namespace hfssh::transport {

// "key: ~/.ssh/id_ed25519 (ED25519 SHA256:…), the only key there is"
[[nodiscard]] std::string key_line(const Facts& facts, const Decision& decision);

// The account that hf.co knows the key by, and each next step that can win; the answer's age if it
// was remembered.
void explain_account(Lesson& lesson, const Facts& facts, const Decision& decision,
                     const Remembered& remembered);

// `git hf-ssh keys check KEY`; `git hf-ssh whoami` if the environment holds the key.
[[nodiscard]] std::string check_command(const identity::Candidate& key, const std::string& option);

// "git@hf.co:NAMESPACE/NAME", a word for a shell.
[[nodiscard]] std::string url_word(const hub::Repository& repository);

}  // namespace hfssh::transport

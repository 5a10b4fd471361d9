#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hfssh/system/message.hpp"
#include "hfssh/system/process.hpp"

namespace hfssh::settings {

// One line of git's configuration, and where it is: "system", "global", "local", "worktree" or
// "command" (git-config(1), --show-scope).
struct GitSetting {
    std::string scope;
    std::string key;    // section and variable in lower case, a pattern between them as written
    std::string value;  // "true" for a key without one, as git reads it
};

// All of hf-ssh.* in the order that git gives them: the last one of a key counts.
struct GitSettings {
    std::vector<GitSetting> all;
    std::string color_advice;  // as git has it for its own hints; empty if unset
    std::string color_ui;
    std::string color_hint;  // color.advice.hint
    // url.*.insteadOf or pushInsteadOf takes https://huggingface.co/ elsewhere.
    bool https_rewritten = false;
    bool https_push_rewritten = false;

    // hf-ssh.VARIABLE
    [[nodiscard]] const GitSetting* find(std::string_view variable) const;
    // hf-ssh.PATTERN.VARIABLE, in any letter case: so are names on hf.co.
    [[nodiscard]] const GitSetting* find(std::string_view pattern, std::string_view variable) const;
    // As git reads a boolean; FALLBACK where it is unset or not one.
    [[nodiscard]] bool boolean(std::string_view variable, bool fallback) const;
    [[nodiscard]] system::Colour colour() const;
};

// The output of `git config --null --show-scope --get-regexp`. None where it is cut or garbled.
// Pure.
[[nodiscard]] std::optional<GitSettings> read_git_config(std::string_view output);

// git's own reading of its configuration, all scopes and includes, in the working directory (or,
// where a repository there that git is not using keeps it from that, without one's):
// started by the constructor, so that it runs beside other work.
class GitQuery {
  public:
    enum class Outcome { read, no_git, timed_out, failed };
    GitQuery();
    // Once. `failed`: git has said why on standard error.
    [[nodiscard]] Outcome wait(std::chrono::steady_clock::time_point deadline,
                               GitSettings& settings);

  private:
    std::string program_;
    std::optional<system::Capture> git_;
};

}  // namespace hfssh::settings

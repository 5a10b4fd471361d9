#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "hfssh/settings/git_settings.hpp"

// What the environment says besides git's configuration.
namespace hfssh::settings {

// GIT_TERMINAL_PROMPT forbids to ask at the terminal, and no SSH_ASKPASS could be run instead
// (ssh(1), SSH_ASKPASS and SSH_ASKPASS_REQUIRE).
[[nodiscard]] bool nobody_to_ask();

// May ssh run SSH_ASKPASS, with a terminal or without one?
[[nodiscard]] bool askpass_can_ask();

// Continuous integration, by the variable that all of them set.
[[nodiscard]] bool in_ci();

// May keys be tried on hf.co to learn whose they are? hf-ssh.probe=never and HF_HUB_OFFLINE say no.
[[nodiscard]] bool may_ask_hub(const std::optional<GitSettings>& git);

// Is VALUE, given where a path or a name belongs, the text of a private key: as it is, in base64,
// or anything of several lines? Then it must not be printed.
[[nodiscard]] bool holds_key_text(std::string_view value);

// Throws a system::Failure that names NAME and never VALUE, if VALUE is such a text. For every
// value that messages quote, before it is looked at.
void refuse_key_text(std::string_view name, std::string_view value);

// The command that removes SETTING; advice if it is git's -c, which no command removes. A SETTING
// without a scope is a variable of the environment.
[[nodiscard]] std::string unset_command(const GitSetting& setting);

// Throws a system::Failure: "hf-ssh.transport takes WANTED, not VALUE", with that command.
[[noreturn]] void refuse_value(const GitSetting& setting, const char* wanted);

enum class Transport { automatic, openssh, native };

// HF_SSH_TRANSPORT, else hf-ssh.transport. Throws a system::Failure for another word.
[[nodiscard]] Transport transport(const std::optional<GitSettings>& git);

// How long a connection is shared: by one git command, not at all, or this many seconds after its
// last use.
struct Reuse {
    enum class Kind { command, no, time };
    Kind kind = Kind::command;
    long seconds = 0;
};

// HF_SSH_REUSE, else hf-ssh.reuse: "command" (the default), "no", or a time as in ssh_config(5),
// TIME FORMATS. Throws a system::Failure for another word.
[[nodiscard]] Reuse reuse(const std::optional<GitSettings>& git);

// A time of ssh_config(5), "90" or "1h30m", in seconds; nullopt if it is none, or none above 0.
[[nodiscard]] std::optional<long> read_seconds(std::string_view text);

// All that is ours, as the manuals list it: for `git hf-ssh help --json`. Of the settings
// the first two may be set for a pattern, too.
inline constexpr std::array<std::string_view, 10> variable_names = {
    "HF_SSH_IDENTITY",    "HF_SSH_ACCOUNT",   "HF_SSH_KEY",   "HF_SSH_KEY_FILE", "HF_SSH_COMMAND",
    "HF_SSH_KNOWN_HOSTS", "HF_SSH_TRANSPORT", "HF_SSH_REUSE", "HF_SSH_TRACE",    "HF_SSH_DEPTH"};
inline constexpr std::array<std::string_view, 8> setting_names = {
    "identity", "account", "hints", "probe", "transport", "reuse", "retry", "unlock"};

}  // namespace hfssh::settings

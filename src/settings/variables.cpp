#include "hfssh/settings/variables.hpp"

#include <charconv>

#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::settings {
namespace {

using system::environment;

bool is_false(const std::string& value) {
    const std::string word = system::lower(value);
    return word == "0" || word == "false" || word == "no" || word == "off";
}

}  // namespace

bool askpass_can_ask() {
    const std::string require = environment("SSH_ASKPASS_REQUIRE").value_or("");
    if (!environment("SSH_ASKPASS") || require == "never") return false;
    return require == "force" || require == "prefer" || environment("DISPLAY") ||
           environment("WAYLAND_DISPLAY");
}

bool nobody_to_ask() {
    const auto prompt = environment("GIT_TERMINAL_PROMPT");
    return prompt && is_false(*prompt) && !askpass_can_ask();
}

bool in_ci() {
    const auto value = environment("CI");
    return value && !is_false(*value);
}

bool may_ask_hub(const std::optional<GitSettings>& git) {
    const auto offline = environment("HF_HUB_OFFLINE");
    if (offline && !is_false(*offline)) return false;
    const GitSetting* probe = git ? git->find("probe") : nullptr;
    return probe == nullptr || probe->value != "never";
}

bool holds_key_text(std::string_view value) {
    // "-----BEGIN " and "openssh-key-v1" in base64.
    for (const std::string_view sign :
         {"PRIVATE KEY", "\n", "\r", "LS0tLS1CRUdJTi", "b3BlbnNzaC1rZXktdjE"}) {
        if (value.find(sign) != std::string_view::npos) return true;
    }
    return false;
}

void refuse_key_text(std::string_view name, std::string_view value) {
    if (!holds_key_text(value)) return;
    throw system::Failure(
        std::string(name) + " holds the text of a key, not a path: use HF_SSH_KEY", {},
        system::Code::bad_argument);
}

namespace {

// The variable if it is set, else hf-ssh.SETTING.
std::optional<GitSetting> variable_or_setting(const char* variable, const char* setting,
                                              const std::optional<GitSettings>& git) {
    if (auto value = environment(variable)) return GitSetting{{}, variable, *std::move(value)};
    const GitSetting* found = git ? git->find(setting) : nullptr;
    return found == nullptr ? std::nullopt : std::optional(*found);
}

}  // namespace

std::string unset_command(const GitSetting& setting) {
    const std::string key = system::shell_word(setting.key);
    if (setting.scope.empty()) return "unset " + key;
    if (setting.scope == "command") return "take " + key + " out of git's -c or GIT_CONFIG_COUNT";
    const std::string scope = setting.scope == "unknown" ? "" : " --" + setting.scope;
    return std::string(setting.scope == "system" ? "sudo " : "") + "git config" + scope +
           " --unset-all " + key;
}

void refuse_value(const GitSetting& setting, const char* wanted) {
    refuse_key_text(setting.key, setting.value);
    throw system::Failure(
        setting.key + " takes " + wanted + ", not " + system::printable(setting.value),
        (setting.scope == "command" ? "" : "remove it: ") + unset_command(setting),
        system::Code::bad_argument);
}

Transport transport(const std::optional<GitSettings>& git) {
    const auto set = variable_or_setting("HF_SSH_TRANSPORT", "transport", git);
    if (!set || set->value == "auto") return Transport::automatic;
    if (set->value == "openssh") return Transport::openssh;
    if (set->value == "native") return Transport::native;
    refuse_value(*set, "auto, openssh or native");
}

std::optional<long> read_seconds(std::string_view text) {
    constexpr long most = 7L * 24 * 3600;
    long total = 0;
    while (!text.empty()) {
        long number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error != std::errc() || number < 0 || number > most) return std::nullopt;
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        const char unit = text.empty() ? 's' : system::lower(text.substr(0, 1)).front();
        if (!text.empty()) text.remove_prefix(1);
        const long length = unit == 's'   ? 1
                            : unit == 'm' ? 60
                            : unit == 'h' ? 3600
                            : unit == 'd' ? 24 * 3600
                            : unit == 'w' ? most
                                          : 0;
        if (length == 0) return std::nullopt;
        total += number * length;
    }
    if (total <= 0 || total > most) return std::nullopt;
    return total;
}

Reuse reuse(const std::optional<GitSettings>& git) {
    const auto set = variable_or_setting("HF_SSH_REUSE", "reuse", git);
    if (!set || set->value == "command") return {};
    if (set->value == "no" || set->value == "false" || set->value == "0") {
        return {Reuse::Kind::no, 0};
    }
    if (const auto seconds = read_seconds(set->value)) return {Reuse::Kind::time, *seconds};
    refuse_value(*set, "command, no or a time such as 5m");
}

}  // namespace hfssh::settings

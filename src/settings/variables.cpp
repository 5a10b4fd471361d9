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

// The variable if it is set, else the setting; NAME becomes the name of the one that counts.
std::optional<std::string> variable_or_setting(std::string& name, const char* setting,
                                               const std::optional<GitSettings>& git) {
    if (auto value = environment(name.c_str())) return value;
    name = setting;
    const GitSetting* found =
        git ? git->find(std::string_view(setting).substr(name.find('.') + 1)) : nullptr;
    return found == nullptr ? std::nullopt : std::optional(found->value);
}

[[noreturn]] void refuse_word(const std::string& name, const std::string& value,
                              const char* wanted) {
    refuse_key_text(name, value);
    throw system::Failure(name + " takes " + wanted + ", not " + system::printable(value), {},
                          system::Code::bad_argument);
}

}  // namespace

Transport transport(const std::optional<GitSettings>& git) {
    std::string name = "HF_SSH_TRANSPORT";
    const auto value = variable_or_setting(name, "hf-ssh.transport", git);
    if (!value || *value == "auto") return Transport::automatic;
    if (*value == "openssh") return Transport::openssh;
    if (*value == "native") return Transport::native;
    refuse_word(name, *value, "auto, openssh or native");
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
    std::string name = "HF_SSH_REUSE";
    const auto value = variable_or_setting(name, "hf-ssh.reuse", git);
    if (!value || *value == "command") return {};
    if (*value == "no" || *value == "false" || *value == "0") return {Reuse::Kind::no, 0};
    if (const auto seconds = read_seconds(*value)) return {Reuse::Kind::time, *seconds};
    refuse_word(name, *value, "command, no or a time such as 5m");
}

}  // namespace hfssh::settings

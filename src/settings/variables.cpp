#include "hfssh/settings/variables.hpp"

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

bool askpass_can_ask() {
    const std::string require = environment("SSH_ASKPASS_REQUIRE").value_or("");
    if (!environment("SSH_ASKPASS") || require == "never") return false;
    return require == "force" || require == "prefer" || environment("DISPLAY") ||
           environment("WAYLAND_DISPLAY");
}

}  // namespace

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
    throw system::Failure(std::string(name) +
                          " holds the text of a key, not a path: use HF_SSH_KEY");
}

Transport transport(const std::optional<GitSettings>& git) {
    std::string name = "HF_SSH_TRANSPORT";
    auto value = environment(name.c_str());
    if (!value && git) {
        name = "hf-ssh.transport";
        if (const GitSetting* setting = git->find("transport")) value = setting->value;
    }
    if (!value || *value == "auto") return Transport::automatic;
    if (*value == "openssh") return Transport::openssh;
    if (*value == "native") return Transport::native;
    refuse_key_text(name, *value);
    throw system::Failure(name + " takes auto, openssh or native, not " +
                          system::printable(*value));
}

}  // namespace hfssh::settings

#include "unlock.hpp"

#include <charconv>
#include <ctime>
#include <optional>

#include "hfssh/settings/variables.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/own_directory.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::transport {
namespace {

using system::OwnDirectory;

constexpr const char* file_name = "prompted";
constexpr std::string_view proposed = "proposed";

const settings::GitSetting* setting(const Facts& facts) {
    return facts.git ? facts.git->find("unlock") : nullptr;
}

// Would ssh ask for its passphrase, and could an agent keep the key?
bool could_be_kept(const Facts& facts, const identity::Candidate& candidate) {
    const std::string_view own = facts.endpoint.settings.first("addkeystoagent");
    return candidate.encrypted && !candidate.in_agent && facts.agent.usable() &&
           !facts.key_for_once && facts.wire == Wire::openssh &&
           (own.empty() || own == "false" || own == "no");
}

bool within_an_hour(std::string_view text, std::time_t now) {
    long long then = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), then);
    return error == std::errc() && then <= now && now - then < 3600;
}

}  // namespace

std::string unlock_time(const Facts& facts, const identity::Candidate& candidate) {
    const settings::GitSetting* unlock = setting(facts);
    if (unlock == nullptr || !could_be_kept(facts, candidate)) return {};
    const auto seconds = settings::read_seconds(unlock->value);
    if (!seconds) settings::refuse_value(*unlock, "a time such as 15m");
    return std::to_string(*seconds);
}

std::string propose_unlock(const Facts& facts, const identity::Candidate& candidate,
                           const Ended& ended) {
    const bool typed = ended.presented.report == ssh::Report::accepted &&
                       !ended.presented.base64.empty() && ended.ssh.status == 0;
    if (!typed || setting(facts) != nullptr || !could_be_kept(facts, candidate) ||
        !facts.store.remembers()) {
        return {};
    }
    const auto state = OwnDirectory::open(system::state_directory(), OwnDirectory::Missing::make);
    const auto read = state.read(file_name, 64);
    const auto* text = std::get_if<std::string>(&read);
    const std::string before = text == nullptr ? std::string() : std::string(system::trim(*text));
    if (before == proposed) return {};
    const std::time_t now = std::time(nullptr);
    const bool again = within_an_hour(before, now);
    (void)state.replace(file_name, again ? std::string(proposed) : std::to_string(now));
    if (!again) return {};
    return "keep the key in the ssh-agent: git config --global hf-ssh.unlock 15m";
}

}  // namespace hfssh::transport

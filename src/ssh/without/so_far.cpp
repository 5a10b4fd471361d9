#include "so_far.hpp"

#include <utility>

#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::ssh {
namespace {

constexpr const char* jump_hint = "write it as a ProxyCommand, or install OpenSSH's client";

bool is_none(const SettingLine& line) {
    return system::equal_ignoring_case(line.values.front(), "none");
}

}  // namespace

void SettingsSoFar::refuse(std::string text, std::string hint) {
    if (!refused_) refused_ = NotHonoured{std::move(text), std::move(hint)};
}

void SettingsSoFar::take_value(const std::string& keyword, const std::string& value) {
    if (!settings_.take({keyword, {value}})) {
        refuse(keyword + ": more than ssh takes", "remove some");
    }
}

void SettingsSoFar::assign(const std::string& keyword, const std::string& value) {
    settings_.assign(keyword, value);
}

// ProxyCommand and ProxyJump compete: the first of the two counts.
bool SettingsSoFar::has_effect(const SettingLine& line) const {
    if (line.keyword != "proxycommand" && line.keyword != "proxyjump") {
        // Without asking DNS it does nothing that a block in doubt could change.
        return line.keyword != "canonicalizehostname" && settings_.is_changed_by(line);
    }
    return !settings_.has("proxycommand") &&
           (line.keyword == "proxycommand" || !settings_.has("proxyjump"));
}

bool SettingsSoFar::may_take_proxy(const SettingLine& line, const std::string& place) {
    if (!has_effect(line)) return true;
    if (line.keyword == "proxyjump" && !is_none(line)) {
        refuse(place + ": ProxyJump " + system::printable(line.values.front()), jump_hint);
        return false;
    }
    if (line.keyword == "proxycommand" && !is_none(line) && settings_.has("proxyjump")) {
        refuse(place +
                   ": a ProxyCommand below \"ProxyJump none\", which only some versions of ssh use",
               "write \"ProxyCommand none\" in place of \"ProxyJump none\"");
        return false;
    }
    return true;
}

void SettingsSoFar::take(const ConfigLine& line, const std::string& place,
                         const std::string& doubt) {
    const SettingReading reading = read_setting(line);
    if (const auto* bad = std::get_if<BadSetting>(&reading)) {
        refuse(place + ": " + system::printable(bad->text),
               "correct the line; ssh stops at it, too");
        return;
    }
    const auto* setting = std::get_if<SettingLine>(&reading);
    if (setting == nullptr) return;
    if (!doubt.empty()) {
        if (!has_effect(*setting)) return;
        refuse(doubt, "only ssh can tell whether it applies, and it sets " + setting->keyword +
                          ": set that above it, or install OpenSSH's client");
        return;
    }
    const bool is_proxy = setting->keyword == "proxycommand" || setting->keyword == "proxyjump";
    if (is_proxy && !may_take_proxy(*setting, place)) return;
    if (!settings_.take(*setting)) {
        refuse(place + ": " + setting->keyword + ": more than ssh takes", "remove some");
    }
}

void SettingsSoFar::take_jump_flag(const std::string& hosts) {
    if (settings_.has("proxycommand") || settings_.has("proxyjump")) {
        refuse("-J beside another proxy, which ssh does not take", "use one of them");
    } else if (system::equal_ignoring_case(hosts, "none")) {
        assign("proxyjump", "none");
    } else {
        refuse("-J " + system::printable(hosts), jump_hint);
    }
}

std::string SettingsSoFar::host_name(const std::string& typed) const {
    if (!settings_.has("hostname")) return typed;
    const std::string raw = settings_.first("hostname");
    std::string expanded;
    for (std::size_t i = 0; i < raw.size(); ++i) {
        if (raw[i] != '%') {
            expanded += raw[i];
        } else if (++i < raw.size() && raw[i] == 'h') {
            expanded += typed;
        } else {
            expanded += '%';  // read_setting() lets no other token through
        }
    }
    return expanded;
}

}  // namespace hfssh::ssh

#pragma once

#include <optional>
#include <string>

#include "gathered.hpp"
#include "hfssh/ssh/without/resolve.hpp"

namespace hfssh::ssh {

// What was set up to now, and the first thing that can't be honoured.
class SettingsSoFar {
  public:
    // A LINE of a file or of -o, that stands at PLACE; DOUBT where it may not apply. Only what can
    // be honoured is taken.
    void take(const ConfigLine& line, const std::string& place, const std::string& doubt = {});
    // A value that needs no reading.
    void take_value(const std::string& keyword, const std::string& value);
    // What a flag says, over an earlier -o.
    void assign(const std::string& keyword, const std::string& value);
    void take_jump_flag(const std::string& hosts);
    void refuse(std::string text, std::string hint);

    [[nodiscard]] const GatheredSettings& settings() const { return settings_; }
    [[nodiscard]] const std::optional<NotHonoured>& refused() const { return refused_; }
    // HostName with its tokens expanded; TYPED where there is none.
    [[nodiscard]] std::string host_name(const std::string& typed) const;

  private:
    [[nodiscard]] bool has_effect(const SettingLine& line) const;
    // False where it is refused.
    [[nodiscard]] bool may_take_proxy(const SettingLine& line, const std::string& place);

    GatheredSettings settings_;
    std::optional<NotHonoured> refused_;
};

}  // namespace hfssh::ssh

#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "setting_line.hpp"

namespace hfssh::ssh {

// What lines set, one after the other: the first value of a keyword wins, but IdentityFile,
// CertificateFile and SendEnv add up.
class GatheredSettings {
  public:
    // Would it have an effect?
    [[nodiscard]] bool is_changed_by(const SettingLine& line) const;
    // False for more files than ssh takes.
    [[nodiscard]] bool take(const SettingLine& line);
    // What a flag says, over an earlier -o.
    void assign(const std::string& keyword, const std::string& value);

    [[nodiscard]] bool has(std::string_view keyword) const { return !all(keyword).empty(); }
    // Empty where nothing is set.
    [[nodiscard]] std::string first(std::string_view keyword) const;
    [[nodiscard]] const std::vector<std::string>& all(std::string_view keyword) const;

  private:
    std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

}  // namespace hfssh::ssh

#include "gathered.hpp"

#include <algorithm>

#include "hfssh/system/text.hpp"

namespace hfssh::ssh {
namespace {

constexpr std::size_t most_files = 100;  // SSH_MAX_IDENTITY_FILES, SSH_MAX_CERTIFICATE_FILES

bool adds_files(std::string_view keyword) {
    return keyword == "identityfile" || keyword == "certificatefile";
}

bool holds(const std::vector<std::string>& values, const std::string& value) {
    return std::find(values.begin(), values.end(), value) != values.end();
}

// "-PATTERN" of SendEnv takes back what was named before.
bool is_taken_back(const std::string& name, const std::string& value) {
    return value.starts_with('-') &&
           system::matches_pattern(name, std::string_view(value).substr(1));
}

}  // namespace

const std::vector<std::string>& GatheredSettings::all(std::string_view keyword) const {
    static const std::vector<std::string> none;
    const auto found = values_.find(keyword);
    return found == values_.end() ? none : found->second;
}

std::string GatheredSettings::first(std::string_view keyword) const {
    return has(keyword) ? all(keyword).front() : std::string();
}

bool GatheredSettings::is_changed_by(const SettingLine& line) const {
    const std::vector<std::string>& present = all(line.keyword);
    if (line.keyword == "sendenv") {
        return std::any_of(line.values.begin(), line.values.end(), [&](const std::string& value) {
            if (!value.starts_with('-')) return !holds(present, value);
            return std::any_of(present.begin(), present.end(),
                               [&](const std::string& name) { return is_taken_back(name, value); });
        });
    }
    if (line.values.empty()) return false;
    return adds_files(line.keyword) ? !holds(present, line.values.front()) : present.empty();
}

bool GatheredSettings::take(const SettingLine& line) {
    if (line.values.empty()) return true;
    std::vector<std::string>& present = values_[line.keyword];
    if (line.keyword == "sendenv") {
        for (const std::string& value : line.values) {
            std::erase_if(present,
                          [&](const std::string& name) { return is_taken_back(name, value); });
            if (!value.starts_with('-')) present.push_back(value);
        }
    } else if (adds_files(line.keyword)) {
        if (present.size() >= most_files) return false;
        if (!holds(present, line.values.front())) present.push_back(line.values.front());
    } else if (present.empty()) {
        present = line.values;
    }
    return true;
}

void GatheredSettings::assign(const std::string& keyword, const std::string& value) {
    values_[keyword] = {value};
}

}  // namespace hfssh::ssh

#include "hfssh/ssh/config/alias_reader.hpp"

#include <algorithm>

#include "hfssh/hub/names.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::ssh {
namespace {

// Up to 8.6, "=" separated arguments and single quotes and backslashes were plain characters.
bool read_differently(char c) {
    return c == '"' || c == '\'' || c == '\\' || c == '=' || c == '\r' || c == '\f';
}

bool host_line_may_match(std::string_view rest, const std::string& destination,
                         const std::string& lower_destination) {
    if (std::any_of(rest.begin(), rest.end(), read_differently)) return true;
    const std::string lower_rest = system::lower(rest);
    bool matched = false;
    bool comment = false;  // up to 8.6 none after patterns: its words were patterns
    for (const std::string_view pattern : system::words(rest)) {
        comment = comment || pattern.starts_with('#');
        if (pattern.starts_with('!')) {
            if (comment) continue;
            if (system::matches_pattern(destination, pattern.substr(1))) return false;
        } else if (!matched) {
            const auto offset = static_cast<std::size_t>(pattern.data() - rest.data());
            const std::string_view lowered(lower_rest);
            matched =
                system::matches_pattern(lower_destination, lowered.substr(offset, pattern.size()));
        }
    }
    return matched;
}

// A HostName argument with its tokens expanded is hf.co; a token that we don't know may be.
bool name_may_be_hub(std::string_view piece, std::string_view destination) {
    std::string name;
    for (std::size_t i = 0; i < piece.size(); ++i) {
        if (piece[i] != '%') {
            name += piece[i];
            continue;
        }
        const char token = ++i < piece.size() ? piece[i] : '\0';
        if (token == 'h') {
            name += destination;
        } else if (token == '%') {
            name += '%';
        } else {
            return true;
        }
    }
    return hub::is_hub_name(name);
}

bool host_name_may_be_hub(std::string_view rest, std::string_view destination) {
    std::string plain;
    for (const char c : rest) {
        if (c == '"' || c == '\'' || c == '\\') continue;
        plain += c == '=' || c == '\r' || c == '\f' ? ' ' : c;
    }
    for (const std::string_view piece : system::words(plain)) {
        if (name_may_be_hub(piece, destination)) return true;
    }
    return false;
}

bool is_off(std::string_view rest) {
    const std::optional<std::vector<std::string>> arguments = split_arguments(rest);
    return arguments && !arguments->empty() &&
           (system::equal_ignoring_case(arguments->front(), "no") ||
            system::equal_ignoring_case(arguments->front(), "false"));
}

class AliasVisitor : public ConfigVisitor {
  public:
    explicit AliasVisitor(std::string_view destination)
        : destination_(destination), lower_(system::lower(destination)) {}

    ConfigBlock opened(const ConfigLine& line, const ConfigPlace& /*place*/) override {
        return {line.keyword == "match" || host_line_may_match(line.rest, destination_, lower_)};
    }

    bool visit(const ConfigLine& line, const ConfigPlace& place,
               const ConfigBlock& /*block*/) override {
        if (line.keyword == "hostname") {
            if (!host_name_may_be_hub(line.rest, destination_)) return true;
        } else if (line.keyword == "canonicalizehostname") {
            if (is_off(line.rest)) return true;
        } else {
            return true;
        }
        reason = system::display_path(place.path) + " line " + std::to_string(place.line) + ": " +
                 line.keyword + " " + system::printable(line.rest);
        return false;
    }

    std::string reason;

  private:
    std::string destination_;
    std::string lower_;
};

// Collects the keywords of every block that may apply to one of the names.
class KeywordVisitor : public ConfigVisitor {
  public:
    KeywordVisitor(const std::vector<std::string>& names,
                   std::set<std::string, std::less<>>& keywords)
        : names_(names), keywords_(keywords) {}

    ConfigBlock opened(const ConfigLine& line, const ConfigPlace& /*place*/) override {
        if (line.keyword == "match") return {true};
        return {std::any_of(names_.begin(), names_.end(), [&](const std::string& name) {
            return host_line_may_match(line.rest, name, system::lower(name));
        })};
    }

    bool visit(const ConfigLine& line, const ConfigPlace& /*place*/,
               const ConfigBlock& /*block*/) override {
        keywords_.insert(line.keyword);
        return true;
    }

  private:
    const std::vector<std::string>& names_;
    std::set<std::string, std::less<>>& keywords_;
};

}  // namespace

UserSettings::UserSettings(std::set<std::string, std::less<>> typed,
                           const std::vector<std::string>& names,
                           const std::vector<ConfigFile>& files)
    : keywords_(std::move(typed)) {
    KeywordVisitor visitor(names, keywords_);
    const ConfigReading reading =
        read_config_files(files, names.empty() ? std::string_view() : names.front(), visitor);
    complete_ = reading.end == ConfigReading::End::complete;
}

UserSettings::Made UserSettings::made(std::string_view keyword) const {
    if (keywords_.contains(keyword)) return Made::yes;
    return complete_ ? Made::no : Made::unknown;
}

AliasAnswer may_be_hub(std::string_view destination, const std::vector<ConfigFile>& files) {
    AliasVisitor visitor(destination);
    ConfigReading reading = read_config_files(files, destination, visitor);
    switch (reading.end) {
        case ConfigReading::End::complete:
            return {};
        case ConfigReading::End::stopped:
            return {MayBeHub::ask, std::move(visitor.reason)};
        case ConfigReading::End::doubtful:
            break;
    }
    return {MayBeHub::ask, std::move(reading.detail)};
}

}  // namespace hfssh::ssh

#include "printed.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "agent_path.hpp"
#include "algorithm_list.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::ssh {
namespace {

bool is_in(std::string_view keyword, std::initializer_list<std::string_view> keywords) {
    return std::find(keywords.begin(), keywords.end(), keyword) != keywords.end();
}

class Printer {
  public:
    Printer(const GatheredSettings& settings, const std::string& original_host,
            const std::string& host_name)
        : settings_(settings), original_host_(original_host), host_name_(host_name) {
        if (settings.has("user")) user_ = settings.first("user");
        if (settings.has("port")) port_ = settings.first("port");
        if (settings.has("hostkeyalias")) alias_ = system::lower(settings.first("hostkeyalias"));
    }

    std::variant<Resolved, NotHonoured> result() {
        line("host", original_host_);
        line("user", user_);
        line("hostname", host_name_);
        line("port", port_);
        for (const PrintedSetting& setting : printed_settings())
            print(setting);
        if (refused_) return *refused_;
        Resolved resolved = read_resolved(text_);
        if (resolved.malformed()) {
            return NotHonoured{"the ssh configuration: " + resolved.defect(), "correct it"};
        }
        return resolved;
    }

  private:
    void print(const PrintedSetting& setting) {
        const std::string& keyword = setting.keyword;
        const std::vector<std::string>& values = settings_.all(keyword);
        if (is_in(keyword, {"hostkeyalgorithms", "kexalgorithms", "ciphers", "macs",
                            "pubkeyacceptedalgorithms"})) {
            print_algorithms(keyword);
        } else if (keyword == "identityagent" && !values.empty()) {
            print_agent(values.front());
        } else if (keyword == "hostkeyalias" && !values.empty()) {
            line(keyword, alias_);
        } else if (is_in(keyword, {"proxycommand", "pkcs11provider", "revokedhostkeys"}) &&
                   system::equal_ignoring_case(settings_.first(keyword), "none")) {
            return;
        } else if (!values.empty()) {
            for (const std::string& value : values)
                line(keyword, value);
        } else if (!setting.fallback.empty()) {
            line(keyword, setting.fallback);
        }
    }

    void print_algorithms(const std::string& keyword) {
        const auto list = plain_algorithms(keyword, settings_.first(keyword));
        if (!list) {
            refuse(keyword + ": no algorithm is left");
        } else if (!list->empty()) {
            line(keyword, *list);
        }
    }

    void print_agent(const std::string& raw) {
        const auto path = expand_agent_path(
            raw,
            {host_name_, original_host_, alias_.empty() ? original_host_ : alias_, user_, port_});
        if (const auto* problem = std::get_if<NotExpanded>(&path)) {
            refuse("identityagent: " + problem->why);
        } else {
            line("identityagent", std::get<std::string>(path));
        }
    }

    // A newline in a value would make a setting of what stands behind it.
    void line(const std::string& keyword, const std::string& value) {
        if (std::any_of(value.begin(), value.end(), [](char c) {
                return c != '\t' && system::has_control_character(std::string_view(&c, 1));
            })) {
            refuse(keyword + ": a control character");
            return;
        }
        text_ += keyword + " " + value + "\n";
    }

    void refuse(const std::string& text) {
        if (!refused_) refused_ = NotHonoured{text, "change it in your ssh configuration"};
    }

    const GatheredSettings& settings_;
    const std::string& original_host_;
    const std::string& host_name_;
    std::string user_ = system::login_name();
    std::string port_ = "22";
    std::string alias_;
    std::string text_;
    std::optional<NotHonoured> refused_;
};

}  // namespace

std::variant<Resolved, NotHonoured> print_settings(const GatheredSettings& settings,
                                                   const std::string& original_host,
                                                   const std::string& host_name) {
    return Printer(settings, original_host, host_name).result();
}

}  // namespace hfssh::ssh

#include "setting_line.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <climits>
#include <cstdlib>

#include "hfssh/ssh/words/destination.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::ssh {
namespace {

using Words = std::vector<std::string>;

// The values, or why there are none.
struct Judged {
    Words values = {};
    std::string fault = {};
};

Judged bad(std::string fault) {
    return {{}, std::move(fault)};
}

Judged one_of(const std::string& word, std::initializer_list<std::string_view> words) {
    const std::string lower = system::lower(word);
    if (std::find(words.begin(), words.end(), lower) == words.end()) return bad("an unknown word");
    return {{lower}};
}

Judged text(const std::string& word) {
    return {{word}};
}

Judged host_name(const std::string& word) {
    for (std::size_t i = 0; i < word.size(); ++i) {
        if (word[i] != '%') continue;
        if (++i == word.size() || (word[i] != 'h' && word[i] != '%'))
            return bad("an unknown token");
    }
    return {{word}};
}

Judged user_name(const std::string& word) {
    if (word.find('%') == std::string::npos && word.find("${") == std::string::npos)
        return {{word}};
    return bad("a token or variable, which only OpenSSH from version 10 on expands");
}

Judged port(const std::string& word) {
    const std::optional<int> number = read_port(word);
    if (!number) return bad("no such port");
    return {{std::to_string(*number)}};
}

std::optional<int> read_number(std::string_view word) {
    int number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (error != std::errc() || end != word.data() + word.size() || number < 0) return std::nullopt;
    return number;
}

Judged count(const std::string& word) {
    const std::optional<int> number = read_number(word);
    if (!number) return bad("not a number");
    return {{std::to_string(*number)}};
}

Judged positive(const std::string& word) {
    Judged judged = count(word);
    return judged.values == Words{"0"} ? bad("not a number above 0") : judged;
}

Judged duration(const std::string& word) {
    if (word == "none") return {};
    const std::optional<int> seconds = read_seconds(word);
    if (!seconds) return bad("not a time");
    return {{std::to_string(*seconds)}};
}

Judged flag(const std::string& word) {
    Judged judged = one_of(word, {"yes", "true", "no", "false"});
    if (judged.values == Words{"true"}) return {{"yes"}};
    if (judged.values == Words{"false"}) return {{"no"}};
    return judged;
}

Judged compression(const std::string& word) {
    return one_of(word, {"yes", "no"});
}

Judged family(const std::string& word) {
    return one_of(word, {"any", "inet", "inet6"});
}

Judged canonicalize(const std::string& word) {
    return one_of(word, {"yes", "true", "no", "false", "always"});
}

// Debian knows "SILENT", and prints it for "QUIET".
Judged log_level(const std::string& word) {
    Judged judged = one_of(word, {"quiet", "fatal", "error", "info", "verbose", "debug", "debug1",
                                  "debug2", "debug3", "silent"});
    if (judged.values == Words{"debug1"}) return {{"DEBUG"}};
    if (judged.values == Words{"silent"}) return {{"QUIET"}};
    for (std::string& value : judged.values) {
        for (char& c : value) {
            if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        }
    }
    return judged;
}

// A variable of ssh_config(5) must have a value, also where the line has no effect.
Judged agent(const std::string& word) {
    for (std::size_t i = word.find("${"); i != std::string::npos; i = word.find("${", i)) {
        const std::size_t end = word.find('}', i);
        if (end == std::string::npos) return bad("a variable that does not end");
        const std::string name = word.substr(i + 2, end - i - 2);
        if (std::getenv(name.c_str()) == nullptr) return bad("${" + name + "} is not set");
        i = end;
    }
    return {{word}};
}

// "yes", "ask", "confirm", "5m", "confirm 5m".
Judged adding(const Words& words) {
    if (words.empty()) return bad("no value");
    const std::string first = system::lower(words.front());
    const std::optional<int> life = read_seconds(words.back());
    const bool confirms = first == "confirm" && words.size() == 2;
    if (words.size() > 2 || (words.size() == 2 && !confirms)) return bad("more than one value");
    if (confirms && !life) return bad("not a time");
    if (confirms) return {{*life == 0 ? first : first + " " + std::to_string(*life)}};
    if (first == "ask" || first == "confirm") return {{first}};
    if (life) return {{*life == 0 ? "true" : std::to_string(*life)}};
    const Judged judged = flag(first);
    if (judged.values.empty()) return judged;
    return {{judged.values == Words{"yes"} ? "true" : "false"}};
}

Judged sent(const Words& words) {
    for (const std::string& word : words) {
        if (word.find('=') != std::string::npos) return bad("not the name of a variable");
    }
    return {words};
}

// Of one name in a line the first counts.
Judged set(const Words& words) {
    Judged judged;
    Words names;
    for (const std::string& word : words) {
        const std::size_t assigned = word.find('=');
        if (assigned == std::string::npos) return bad("not NAME=value");
        const std::string name = word.substr(0, assigned);
        if (std::find(names.begin(), names.end(), name) != names.end()) continue;
        names.push_back(name);
        judged.values.push_back(word);
    }
    return judged;
}

using OneWord = Judged (*)(const std::string&);
using AllWords = Judged (*)(const Words&);

struct Setting {
    std::string_view name;
    OneWord one = nullptr;  // of a line that has one argument
    AllWords all = nullptr;
    std::string_view fallback = {};
    bool printed = true;
};

// In the manner of `ssh -G`. Neither: a command, the rest of the line as it stands.
constexpr auto settings = std::to_array<Setting>({
    {.name = "User", .one = user_name, .printed = false},
    {.name = "HostName", .one = host_name, .printed = false},
    {.name = "Port", .one = port, .printed = false},
    {.name = "ProxyJump", .printed = false},
    {.name = "CanonicalizeHostname", .one = canonicalize, .printed = false},
    {.name = "AddressFamily", .one = family, .fallback = "any"},
    {.name = "BatchMode", .one = flag, .fallback = "no"},
    {.name = "Compression", .one = compression, .fallback = "no"},
    {.name = "ProxyUseFdpass", .one = flag, .fallback = "no"},
    {.name = "TCPKeepAlive", .one = flag, .fallback = "yes"},
    {.name = "ConnectionAttempts", .one = positive, .fallback = "1"},
    {.name = "ServerAliveCountMax", .one = count, .fallback = "3"},
    {.name = "ServerAliveInterval", .one = duration, .fallback = "0"},
    {.name = "BindAddress", .one = text},
    {.name = "BindInterface", .one = text},
    {.name = "Ciphers", .one = text},
    {.name = "HostKeyAlgorithms", .one = text},
    {.name = "HostKeyAlias", .one = text},
    {.name = "IdentityAgent", .one = agent},
    {.name = "KexAlgorithms", .one = text},
    {.name = "LogLevel", .one = log_level, .fallback = "INFO"},
    {.name = "MACs", .one = text},
    {.name = "PKCS11Provider", .one = text},
    {.name = "PubkeyAcceptedAlgorithms", .one = text},
    {.name = "RequiredRSASize", .one = count, .fallback = "1024"},
    {.name = "RevokedHostKeys", .one = text},
    {.name = "IdentityFile", .one = text},
    {.name = "CertificateFile", .one = text},
    {.name = "SendEnv", .all = sent},
    {.name = "SetEnv", .all = set},
    {.name = "AddKeysToAgent", .all = adding, .fallback = "false"},
    {.name = "ConnectTimeout", .one = duration, .fallback = "none"},
    {.name = "ProxyCommand"},
});

std::string_view current_name(std::string_view keyword) {
    if (keyword == "identityfile2") return "identityfile";
    if (keyword == "keepalive") return "tcpkeepalive";
    if (keyword == "pubkeyacceptedkeytypes") return "pubkeyacceptedalgorithms";
    if (keyword == "smartcarddevice") return "pkcs11provider";
    return keyword;
}

Judged judge(const Setting& setting, std::string_view rest) {
    const std::optional<Words> words = split_arguments(rest);
    if (!words) return bad("a quote that does not end");
    if (setting.one == nullptr && setting.all == nullptr) {
        rest.remove_prefix(std::min(rest.find_first_not_of(" \t\r\n="), rest.size()));
        return rest.empty() ? bad("no value") : text(std::string(rest));
    }
    const bool has_empty = std::find(words->begin(), words->end(), "") != words->end();
    if (has_empty || (words->empty() && setting.all == nullptr)) return bad("no value");
    if (setting.all != nullptr) return setting.all(*words);
    return words->size() > 1 ? bad("more than one value") : setting.one(words->front());
}

}  // namespace

SettingReading read_setting(const ConfigLine& line) {
    const std::string_view keyword = current_name(line.keyword);
    const auto* const setting = std::find_if(
        settings.begin(), settings.end(),
        [&](const Setting& each) { return system::equal_ignoring_case(each.name, keyword); });
    if (setting == settings.end()) return std::monostate();
    Judged judged = judge(*setting, line.rest);
    if (!judged.fault.empty()) return BadSetting{std::string(setting->name) + ": " + judged.fault};
    return SettingLine{std::string(keyword), std::move(judged.values)};
}

std::optional<int> read_seconds(std::string_view text) {
    constexpr std::string_view units = "smhdw";
    constexpr std::array<long long, units.size()> lengths = {1, 60, 3600, 86400, 604800};
    long long total = 0;
    std::size_t at = 0;
    do {
        const std::size_t end = std::min(text.find_first_not_of("0123456789", at), text.size());
        const std::optional<int> number = read_number(text.substr(at, end - at));
        if (!number) return std::nullopt;
        long long length = 1;
        if (end < text.size()) {
            const std::size_t unit = units.find(static_cast<char>(text[end] | 0x20));
            if (unit == std::string_view::npos) return std::nullopt;
            length = lengths[unit];
        }
        total += *number * length;
        if (total > INT_MAX) return std::nullopt;
        at = end + 1;
    } while (at < text.size());
    return static_cast<int>(total);
}

const std::vector<PrintedSetting>& printed_settings() {
    static const std::vector<PrintedSetting> printed = [] {
        std::vector<PrintedSetting> list;
        for (const Setting& setting : settings) {
            if (!setting.printed) continue;
            list.push_back({system::lower(setting.name), std::string(setting.fallback)});
        }
        return list;
    }();
    return printed;
}

}  // namespace hfssh::ssh

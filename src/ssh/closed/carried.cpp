#include "carried.hpp"

#include <unistd.h>

#include <array>

#include "hfssh/ssh/closed/configuration.hpp"
#include "hfssh/ssh/words/option_value.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::ssh {
namespace {

enum class Form {
    as_printed,  // numbers, lists of algorithms, words
    flag,        // "UNKNOWN" is what OpenSSH 10 prints for -C
    path,        // one argument; printed unquoted
    agent,       // a path in which ssh expands tokens, printed expanded; or a word, or "$NAME"
    readable,    // a path that is carried only where the file can be read
};

struct Carried {
    std::string_view keyword;
    Form form;
};

constexpr auto allowed = std::to_array<Carried>({
    {"AddressFamily", Form::as_printed},
    {"BindAddress", Form::path},
    {"BindInterface", Form::path},
    {"ConnectTimeout", Form::as_printed},
    {"ConnectionAttempts", Form::as_printed},
    {"ServerAliveInterval", Form::as_printed},
    {"ServerAliveCountMax", Form::as_printed},
    {"TCPKeepAlive", Form::as_printed},
    {"Compression", Form::flag},
    {"IPQoS", Form::as_printed},
    {"RekeyLimit", Form::as_printed},
    {"LogLevel", Form::as_printed},
    {"KexAlgorithms", Form::as_printed},
    {"Ciphers", Form::as_printed},
    {"MACs", Form::as_printed},
    {"PubkeyAcceptedAlgorithms", Form::as_printed},
    {"PubkeyAcceptedKeyTypes", Form::as_printed},  // its name before 8.5
    {"RequiredRSASize", Form::as_printed},
    {"BatchMode", Form::as_printed},
    {"ProxyUseFdpass", Form::as_printed},
    {"AddKeysToAgent", Form::as_printed},
    {"UseKeychain", Form::as_printed},  // macOS
    {"SecurityKeyProvider", Form::path},
    {"IdentityAgent", Form::agent},
    {"RevokedHostKeys", Form::readable},  // it can only make stricter
});

// ssh itself expands "~" with the passwd entry's home. "none" is carried as what it is: nothing.
std::optional<std::string> write_readable_path(std::string_view value, Escapes escapes) {
    std::string path(value);
    if (path.starts_with("~/")) path = system::passwd_home() + path.substr(1);
    if (::access(path.c_str(), R_OK) != 0) return std::nullopt;
    return quote_argument(path, escapes);
}

std::optional<std::string> write_value(Form form, std::string_view value, Escapes escapes) {
    switch (form) {
        case Form::as_printed:
            return std::string(value);
        case Form::flag:
            return value == "UNKNOWN" ? "yes" : std::string(value);
        case Form::path:
            return quote_argument(value, escapes);
        case Form::agent:
            if (value == "none" || value == "SSH_AUTH_SOCK" || value.starts_with('$')) {
                return std::string(value);
            }
            if (names_variable(value)) return std::nullopt;
            return quote_argument(double_percent(value), escapes);
        case Form::readable:
            return write_readable_path(value, escapes);
    }
    return std::nullopt;
}

// SendEnv adds up over several -o; it takes patterns, which hold no quotes.
void carry_send_env(const Resolved& resolved, std::vector<CarriedSetting>& result) {
    for (const std::string_view pattern : resolved.all("sendenv")) {
        result.push_back({"SendEnv", "SendEnv=" + std::string(pattern)});
    }
}

// Of SetEnv only the first line counts, so all go into one.
void carry_set_env(const Resolved& resolved, Escapes escapes, std::vector<CarriedSetting>& result) {
    std::string joined;
    for (const std::string_view assignment : resolved.all("setenv")) {
        const auto argument = quote_argument(assignment, escapes);
        if (!argument) {
            result.push_back({"SetEnv", std::nullopt});
            return;
        }
        joined += (joined.empty() ? "" : " ") + *argument;
    }
    if (!joined.empty()) result.push_back({"SetEnv", "SetEnv=" + joined});
}

}  // namespace

std::vector<CarriedSetting> carried_settings(const Resolved& resolved) {
    const Escapes escapes = escapes_of(resolved);
    std::vector<CarriedSetting> result;
    for (const auto& [keyword, form] : allowed) {
        const std::string_view value = resolved.first(system::lower(keyword));
        if (value.empty()) continue;
        const std::string name(keyword);
        const auto written = write_value(form, value, escapes);
        result.push_back({name, written ? std::optional(name + "=" + *written) : std::nullopt});
    }
    carry_send_env(resolved, result);
    carry_set_env(resolved, escapes, result);
    return result;
}

}  // namespace hfssh::ssh

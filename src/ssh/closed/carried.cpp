// The allow-list of the closed configuration. The rule for each line: hf-ssh is never weaker than
// ssh with the same configuration. What cannot be carried is harmless to leave out, or an error.
#include "carried.hpp"

#include <unistd.h>

#include <array>

#include "hfssh/ssh/words/option_value.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::ssh {
namespace {

using Made = UserSettings::Made;

enum class Form {
    as_printed,  // numbers, lists of algorithms, words
    if_made,     // likewise, but only if the user set it
    flag,        // "UNKNOWN" is what OpenSSH 10 prints for -C
    path,        // one argument; printed unquoted
    agent,       // a path in which ssh expands tokens, printed expanded; or a word, or "$NAME"
};

struct Carried {
    std::string_view keyword;
    Form form;
};

// The lists of algorithms are defaults of this very ssh if they are not set, and a KexAlgorithms
// that is set, even to the default, silences OpenSSH's post-quantum warning (10.1 and later).
constexpr auto allowed = std::to_array<Carried>({
    {"AddressFamily", Form::as_printed},
    {"BindAddress", Form::path},
    {"BindInterface", Form::path},
    {"ConnectionAttempts", Form::as_printed},
    {"TCPKeepAlive", Form::as_printed},
    {"Compression", Form::flag},
    {"IPQoS", Form::as_printed},
    {"RekeyLimit", Form::as_printed},
    {"LogLevel", Form::as_printed},
    {"KexAlgorithms", Form::if_made},
    {"Ciphers", Form::if_made},
    {"MACs", Form::if_made},
    {"PubkeyAcceptedAlgorithms", Form::if_made},
    {"PubkeyAcceptedKeyTypes", Form::if_made},  // its name before 8.5
    {"RequiredRSASize", Form::as_printed},
    {"WarnWeakCrypto", Form::as_printed},  // 10.1; RefuseConnection ends `ssh -G` itself
    {"BatchMode", Form::as_printed},
    {"ProxyUseFdpass", Form::as_printed},
    {"AddKeysToAgent", Form::as_printed},
    {"UseKeychain", Form::as_printed},  // macOS
    {"SecurityKeyProvider", Form::path},
    {"IdentityAgent", Form::agent},
});

std::optional<std::string> write_value(Form form, std::string_view value, Escapes escapes) {
    switch (form) {
        case Form::as_printed:
        case Form::if_made:
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
    }
    return std::nullopt;
}

// SendEnv adds up over several -o; it takes patterns, which hold no quotes.
void carry_send_env(const Resolved& resolved, std::vector<CarriedSetting>& result) {
    for (const std::string_view pattern : resolved.all("sendenv")) {
        result.push_back({"SendEnv", "SendEnv=" + std::string(pattern)});
    }
}

bool is_plain_text(std::string_view value) {
    return value.find('%') == std::string_view::npos && !names_variable(value) &&
           !value.starts_with('~');
}

// VALUE so that an ssh that EXPANDS gets it back; nullopt if it is unknown or cannot be written.
std::optional<std::string> unexpanded(std::string_view value, std::optional<bool> expands) {
    if (is_plain_text(value)) return std::string(value);
    if (!expands) return std::nullopt;
    if (!*expands) return std::string(value);
    if (names_variable(value)) return std::nullopt;
    return double_percent(value);
}

// Of SetEnv only the first line counts, so all go into one. The server's business: harmless.
void carry_set_env(const ClosedRequest& request, std::vector<CarriedSetting>& result) {
    const std::optional<bool> expands =
        request.expansion ? std::optional(request.expansion->set_env) : std::nullopt;
    std::string joined;
    for (const std::string_view assignment : request.resolved.all("setenv")) {
        const auto value = unexpanded(assignment, expands);
        const auto argument =
            value ? quote_argument(*value, escapes_of(request.resolved)) : std::nullopt;
        if (!argument) {
            result.push_back({"SetEnv", std::nullopt, true});
            return;
        }
        joined += (joined.empty() ? "" : " ") + *argument;
    }
    if (!joined.empty()) result.push_back({"SetEnv", "SetEnv=" + joined});
}

bool exists(const std::string& path) {
    return ::access(path.c_str(), F_OK) == 0;
}

// Carried also if a file is missing or cannot be read: ssh then refuses every host, and so does the
// native transport.
void carry_revoked_host_keys(const ClosedRequest& request, std::vector<CarriedSetting>& result) {
    const auto files = revoked_files(request.resolved);
    std::optional<std::string> joined;
    if (files) joined.emplace();
    const std::optional<bool> expands =
        request.expansion ? std::optional(request.expansion->revoked_host_keys) : std::nullopt;
    for (std::size_t i = 0; joined && i < files->size(); ++i) {
        // ssh would expand a leading "~" again.
        const std::string file = (*files)[i].starts_with('~') ? "./" + (*files)[i] : (*files)[i];
        const auto value = unexpanded(file, expands);
        const auto argument =
            value ? quote_argument(*value, escapes_of(request.resolved)) : std::nullopt;
        if (!argument) {
            joined.reset();
        } else {
            *joined += (i == 0 ? "" : " ") + *argument;
        }
    }
    if (!joined) {
        result.push_back({"RevokedHostKeys", std::nullopt});
    } else if (!joined->empty()) {
        result.push_back({"RevokedHostKeys", "RevokedHostKeys=" + *joined});
    }
}

}  // namespace

// The files of RevokedHostKeys as they were printed. From 10.3 on there may be several, with blanks
// between them and no quotes, and a file with a blank in its name looks like two; then the line
// comes after the other lists of files. Nullopt if it is unclear which files are meant: a
// revocation could be lost.
std::optional<std::vector<std::string>> revoked_files(const Resolved& resolved) {
    const std::string_view printed = resolved.first("revokedhostkeys");
    if (printed.empty() || system::equal_ignoring_case(printed, "none")) {
        return std::vector<std::string>();
    }
    if (!resolved.comes_after("revokedhostkeys", "userknownhostsfile")) {
        return std::vector<std::string>{std::string(printed)};
    }
    std::vector<std::string> files;
    for (const std::string_view file : system::split(printed, ' '))
        files.emplace_back(file);
    for (std::size_t first = 0; first < files.size(); ++first) {
        if (files[first].empty()) return std::nullopt;
        std::string together = files[first];
        for (std::size_t last = first + 1; last < files.size(); ++last) {
            together += " " + files[last];
            if (exists(together)) return std::nullopt;
        }
    }
    return files;
}

// -G prints the defaults "none", "0" and "3" for an explicit value too: only if a line that may
// apply sets it is it the user's, and is carried as it is, "none" and 0 included. A proxy may first
// have to ask the user for a password or a token, and ConnectTimeout bounds that wait too.
Bounds bounds_of(const Resolved& resolved, const UserSettings& settings, bool proxied) {
    bool made = false;
    const auto choose = [&](const char* keyword, std::string_view none, std::string_view ours) {
        const std::string_view value = resolved.first(keyword);
        const Made said = settings.made(keyword);
        // Unless it is known that no line sets it, a printed value other than the default counts.
        // Debian's ssh prints a ServerAliveInterval of its own, 300, with BatchMode.
        made = said == Made::yes || (said == Made::unknown && !value.empty() && value != none);
        return std::string(made && !value.empty() ? value : ours);
    };
    Bounds bounds;
    bounds.connect_timeout = choose("connecttimeout", "none", proxied ? "120" : "30");
    bounds.alive_interval = choose("serveraliveinterval", "0", "20");
    bounds.alive_count_max = choose("serveralivecountmax", "3", made ? "3" : "6");
    return bounds;
}

std::vector<std::string_view> carried_keywords() {
    std::vector<std::string_view> keywords = {"ConnectTimeout",
                                              "ServerAliveInterval",
                                              "ServerAliveCountMax",
                                              "RevokedHostKeys",
                                              "SendEnv",
                                              "SetEnv"};
    for (const Carried& carried : allowed)
        keywords.push_back(carried.keyword);
    return keywords;
}

std::vector<CarriedSetting> carried_settings(const ClosedRequest& request) {
    const Resolved& resolved = request.resolved;
    std::vector<CarriedSetting> result;
    for (const auto& [keyword, form] : allowed) {
        const std::string lower = system::lower(keyword);
        const std::string_view value = resolved.first(lower);
        if (value.empty()) continue;
        if (form == Form::if_made && request.settings.made(lower) == Made::no) continue;
        const std::string name(keyword);
        const auto written = write_value(form, value, escapes_of(resolved));
        result.push_back({name, written ? std::optional(name + "=" + *written) : std::nullopt});
    }
    const Bounds bounds = bounds_of(resolved, request.settings, !request.proxy_command.empty());
    result.push_back({"ConnectTimeout", "ConnectTimeout=" + bounds.connect_timeout});
    result.push_back({"ServerAliveInterval", "ServerAliveInterval=" + bounds.alive_interval});
    result.push_back({"ServerAliveCountMax", "ServerAliveCountMax=" + bounds.alive_count_max});
    carry_revoked_host_keys(request, result);
    carry_send_env(resolved, result);
    carry_set_env(request, result);
    return result;
}

std::optional<Expansion> expansion_of(const Resolved& resolved) {
    const bool set_env_is_plain = [&] {
        for (const std::string_view value : resolved.all("setenv"))
            if (!is_plain_text(value)) return false;
        return true;
    }();
    const bool revoked_is_plain = is_plain_text(resolved.first("revokedhostkeys"));
    if (set_env_is_plain && revoked_is_plain) return Expansion{};
    if (resolved.supports("warnweakcrypto")) return Expansion{true, true};
    if (revoked_is_plain && !resolved.supports("obscurekeystroketiming")) return Expansion{};
    return std::nullopt;
}

std::vector<std::string> expansion_question(const Resolved& resolved) {
    std::vector<std::string> words = {"-F", "none", "-G", "-T"};
    if (resolved.has("setenv")) words.insert(words.end(), {"-o", "SetEnv=A=%%"});
    if (resolved.has("revokedhostkeys")) words.insert(words.end(), {"-o", "RevokedHostKeys=%%"});
    words.insert(words.end(), {"--", "hf.co"});
    return words;
}

Expansion read_expansion(const Resolved& answer) {
    return {answer.first("setenv") == "A=%", answer.first("revokedhostkeys") == "%"};
}

}  // namespace hfssh::ssh

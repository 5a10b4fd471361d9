// Which settings count without ssh: a short list that is honoured, a long one that makes no
// difference to the native transport. Every other is an error if it would have an effect, a keyword
// that hf-ssh does not know too: so hf-ssh is never weaker than the ssh that is missing.
#include "setting.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <climits>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <utility>

#include "hfssh/ssh/words/destination.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::ssh {
namespace {

using Words = std::vector<std::string>;
using Kind = Setting::Kind;

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
    if (std::find(words.begin(), words.end(), lower) == words.end()) return bad("unknown value");
    return {{lower}};
}

Judged text(const std::string& word) {
    return {{word}};
}

Judged host_name(const std::string& word) {
    for (std::size_t i = 0; i < word.size(); ++i) {
        if (word[i] != '%') continue;
        if (++i == word.size() || (word[i] != 'h' && word[i] != '%')) return bad("unknown token");
    }
    return {{word}};
}

Judged user_name(const std::string& word) {
    if (word.find('%') == std::string::npos && word.find("${") == std::string::npos)
        return {{word}};
    return bad("tokens and variables need OpenSSH");
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

// "1m30s", "90", "2h" -> seconds.
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

// ssh requires each variable to be set, also if the line has no effect.
Judged agent(const std::string& word) {
    for (std::size_t i = word.find("${"); i != std::string::npos; i = word.find("${", i)) {
        const std::size_t end = word.find('}', i);
        if (end == std::string::npos) return bad("a variable without its closing brace");
        const std::string name = word.substr(i + 2, end - i - 2);
        if (std::getenv(name.c_str()) == nullptr) return bad("${" + name + "} is not set");
        i = end;
    }
    return {{word}};
}

Judged files(const Words& words) {
    return {words};
}

Judged sent(const Words& words) {
    for (const std::string& word : words) {
        if (word.find('=') != std::string::npos) return bad("not the name of a variable");
    }
    return {words};
}

// The first value of a name counts.
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

// A list of algorithms is a limit. "+LIST" and "^LIST" only widen or sort ssh's own list, which
// stays what it is here.
Judged algorithms(const std::string& word) {
    return {{word.starts_with('+') || word.starts_with('^') ? std::string(own_list) : word}};
}

// "-LIST" takes from ssh's own list, and a pattern means names of it, which only ssh knows.
bool needs_own_list(const Words& words) {
    return words.size() == 1 && (words.front().starts_with('-') ||
                                 (words.front().find_first_of("*?!") != std::string::npos &&
                                  words.front().find_first_of("+^") != 0));
}

struct Honoured {
    std::string_view name;
    Judged (*one)(const std::string&) = nullptr;  // a line with one argument
    Judged (*all)(const Words&) = nullptr;
};

// With neither reader: a command, the rest of the line as it is. AddressFamily, BatchMode,
// Compression, SendEnv and SetEnv are what callers of ssh put on its command line.
constexpr auto honoured = std::to_array<Honoured>({
    {"HostName", host_name},
    {"Port", port},
    {"User", user_name},
    {"IdentityFile", text},
    {"IdentityAgent", agent},
    {"IdentitiesOnly", flag},
    {"ProxyCommand"},
    {"ConnectTimeout", duration},
    {"ServerAliveInterval", duration},
    {"ServerAliveCountMax", count},
    {"AddressFamily", family},
    {"BatchMode", flag},
    {"Compression", compression},
    {"SendEnv", nullptr, sent},
    {"SetEnv", nullptr, set},
    {"UserKnownHostsFile", nullptr, files},  // for their @revoked lines
    {"GlobalKnownHostsFile", nullptr, files},
    {"Ciphers", algorithms},
    {"HostKeyAlgorithms", algorithms},
    {"KexAlgorithms", algorithms},
    {"MACs", algorithms},
    {"PubkeyAcceptedAlgorithms", algorithms},
    {"RequiredRSASize", count},
});

using OtherName = std::pair<std::string_view, std::string_view>;
constexpr auto other_names = std::to_array<OtherName>({
    {"identityfile2", "identityfile"},
    {"pubkeyacceptedkeytypes", "pubkeyacceptedalgorithms"},  // before 8.5
    {"rsaminsize", "requiredrsasize"},                       // Red Hat, before 9.1
});

// hf-ssh decides these itself for hf.co, or the native transport has nothing that they concern:
// forwarding, terminals, masters, other ways to log in, certificates, known_hosts, logs, what every
// ssh of today ignores.
constexpr std::string_view harmless =
    " addkeystoagent canonicaldomains canonicalizefallbacklocal canonicalizemaxdots "
    "canonicalizepermittedcnames casignaturealgorithms challengeresponseauthentication "
    "channeltimeout checkhostip clearallforwardings controlmaster controlpath controlpersist "
    "dynamicforward enableescapecommandline enablesshkeysign escapechar exitonforwardfailure "
    "fingerprinthash forkafterauthentication forwardagent forwardx11 forwardx11timeout "
    "forwardx11trusted gatewayports gssapiauthentication "
    "gssapiclientidentity gssapidelegatecredentials gssapikexalgorithms gssapikeyexchange "
    "gssapirenewalforcesrekey gssapiserveridentity gssapitrustdns hashknownhosts "
    "hostbasedacceptedalgorithms hostbasedauthentication hostbasedkeytypes hostkeyalias "
    "ignoreunknown ipqos kbdinteractiveauthentication kbdinteractivedevices keepalive "
    "knownhostscommand localcommand localforward logfacility loglevel logverbose "
    "nohostauthenticationforlocalhost numberofpasswordprompts obscurekeystroketiming "
    "passwordauthentication permitlocalcommand permitremoteopen preferredauthentications "
    "pubkeyauthentication rekeylimit remotecommand remoteforward requesttty sessiontype "
    "stdinnull streamlocalbindmask streamlocalbindunlink stricthostkeychecking syslogfacility "
    "cipher compressionlevel dsaauthentication globalknownhostsfile2 protocol "
    "rhostsrsaauthentication rsaauthentication securitykeyprovider useblacklistedkeys "
    "useprivilegedport userknownhostsfile2 useroaming "
    "tag tcpkeepalive tunnel tunneldevice updatehostkeys usekeychain "
    "verifyhostkeydns versionaddendum visualhostkey warnweakcrypto xauthlocation ";

// Other settings with a value that sets nothing.
bool sets_nothing(std::string_view keyword, std::string_view value) {
    const std::string lower = system::lower(value);
    if (keyword == "canonicalizehostname" || keyword == "proxyusefdpass") {
        return lower == "no" || lower == "false";
    }
    return (keyword == "revokedhostkeys" || keyword == "pkcs11provider") && lower == "none";
}

Judged judge(const Honoured& setting, std::string_view rest, const Words& words) {
    if (setting.one == nullptr && setting.all == nullptr) {
        rest.remove_prefix(std::min(rest.find_first_not_of(" \t\r\n="), rest.size()));
        return rest.empty() ? bad("no value") : text(std::string(rest));
    }
    const bool has_empty = std::find(words.begin(), words.end(), "") != words.end();
    if (has_empty || (words.empty() && setting.all == nullptr)) return bad("no value");
    if (setting.all != nullptr) return setting.all(words);
    return words.size() > 1 ? bad("more than one value") : setting.one(words.front());
}

}  // namespace

Setting read_setting(const ConfigLine& line) {
    const auto other = std::ranges::find(other_names, line.keyword, &OtherName::first);
    const std::string keyword(other == other_names.end() ? line.keyword : other->second);
    if (harmless.find(" " + keyword + " ") != std::string_view::npos) {
        return {Kind::harmless, keyword};
    }
    const std::optional<Words> words = split_arguments(line.rest);
    if (!words) return {Kind::malformed, keyword, {}, "a quote that does not end"};
    const auto* const setting = std::find_if(
        honoured.begin(), honoured.end(),
        [&](const Honoured& each) { return system::equal_ignoring_case(each.name, keyword); });
    if (setting == honoured.end()) {
        const bool nothing = words->size() == 1 && sets_nothing(keyword, words->front());
        return {nothing ? Kind::harmless : Kind::not_honoured, keyword, *words};
    }
    if (setting->one == algorithms && needs_own_list(*words)) {
        return {Kind::not_honoured, keyword, *words};
    }
    Judged judged = judge(*setting, line.rest, *words);
    if (!judged.fault.empty()) return {Kind::malformed, keyword, {}, std::move(judged.fault)};
    return {Kind::honoured, keyword, std::move(judged.values)};
}

}  // namespace hfssh::ssh

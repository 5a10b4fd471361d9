#include "ssh/without/setting_line.hpp"

#include <doctest/doctest.h>
#include <netdb.h>

#include <cstdlib>
#include <string>

#include "hfssh/system/text.hpp"
#include "ssh/without/algorithm_list.hpp"

using namespace hfssh;
using namespace hfssh::ssh;

namespace {

// "keyword value|value", "! what is wrong", "-" for a keyword that is none of them.
std::string reading(const std::string& text) {
    const auto line = read_config_line(text);
    REQUIRE(line.has_value());
    const SettingReading result = read_setting(*line);
    if (const auto* bad = std::get_if<BadSetting>(&result)) return "! " + bad->text;
    const auto* setting = std::get_if<SettingLine>(&result);
    if (setting == nullptr) return "-";
    return setting->keyword + " " + system::join(setting->values, "|");
}

}  // namespace

TEST_CASE("setting: as ssh -G prints it") {
    setenv("HFSSH_TEST_EMPTY", "", 1);
    unsetenv("HFSSH_TEST_UNSET");
    const struct {
        std::string line;
        std::string expected;
    } table[] = {
        {"HostName HF.co", "hostname HF.co"},
        {"HostName %h.%%", "hostname %h.%%"},
        {"HostName %n", "! HostName: an unknown token"},
        {"HostName a%", "! HostName: an unknown token"},
        {"HostName", "! HostName: no value"},
        {"HostName # none", "! HostName: no value"},
        {"HostName \"\"", "! HostName: no value"},
        {"HostName a b", "! HostName: more than one value"},
        {"HostName \"a", "! HostName: a quote that does not end"},
        {"HostName = \"a b\" # c", "hostname a b"},
        {"User git", "user git"},
        {"User %u", "! User: a token or variable, which only OpenSSH from version 10 on expands"},
        {"Port 0022", "port 22"},
        {"Port ssh", "port 22"},
        {"Port 65536", "! Port: no such port"},
        {"Port 0", "! Port: no such port"},
        {"AddressFamily INET6", "addressfamily inet6"},
        {"AddressFamily ipv6", "! AddressFamily: an unknown word"},
        {"BatchMode TRUE", "batchmode yes"},
        {"BatchMode false", "batchmode no"},
        {"BatchMode maybe", "! BatchMode: an unknown word"},
        {"Compression Yes", "compression yes"},
        {"Compression true", "! Compression: an unknown word"},
        {"KeepAlive no", "tcpkeepalive no"},
        {"ConnectionAttempts 3", "connectionattempts 3"},
        {"ConnectionAttempts 0", "! ConnectionAttempts: not a number above 0"},
        {"RequiredRSASize 3072", "requiredrsasize 3072"},
        {"ServerAliveCountMax 0", "serveralivecountmax 0"},
        {"ServerAliveCountMax -1", "! ServerAliveCountMax: not a number"},
        {"ServerAliveCountMax 2147483648", "! ServerAliveCountMax: not a number"},
        {"ServerAliveInterval 1m30s", "serveraliveinterval 90"},
        {"ServerAliveInterval none", "serveraliveinterval "},
        {"ConnectTimeout 1h", "connecttimeout 3600"},
        {"ConnectTimeout soon", "! ConnectTimeout: not a time"},
        {"LogLevel verbose", "loglevel VERBOSE"},
        {"LogLevel debug1", "loglevel DEBUG"},
        {"LogLevel Silent", "loglevel QUIET"},
        {"LogLevel loud", "! LogLevel: an unknown word"},
        {"IdentityFile2 ~/.ssh/%r", "identityfile ~/.ssh/%r"},
        {"IdentityFile a\\ b", "identityfile a b"},
        {"IdentityAgent ~/%h", "identityagent ~/%h"},
        {"IdentityAgent ${HFSSH_TEST_EMPTY}x", "identityagent ${HFSSH_TEST_EMPTY}x"},
        {"IdentityAgent ${HFSSH_TEST_UNSET}", "! IdentityAgent: ${HFSSH_TEST_UNSET} is not set"},
        {"IdentityAgent ${HOME", "! IdentityAgent: a variable that does not end"},
        {"ProxyCommand = nc -X \"a\" %h %p # x", "proxycommand nc -X \"a\" %h %p # x"},
        {"ProxyCommand == nc", "proxycommand nc"},
        {"ProxyCommand nc 'a", "! ProxyCommand: a quote that does not end"},
        {"ProxyCommand", "! ProxyCommand: no value"},
        {"ProxyJump a,b", "proxyjump a,b"},
        {"SendEnv LANG LC_*", "sendenv LANG|LC_*"},
        {"SendEnv # nothing", "sendenv "},
        {"SendEnv A=b", "! SendEnv: not the name of a variable"},
        {"SetEnv A=1 B=\"x y\" A=2", "setenv A=1|B=x y"},
        {"SetEnv A", "! SetEnv: not NAME=value"},
        {"AddKeysToAgent yes", "addkeystoagent true"},
        {"AddKeysToAgent no", "addkeystoagent false"},
        {"AddKeysToAgent ask", "addkeystoagent ask"},
        {"AddKeysToAgent 5m", "addkeystoagent 300"},
        {"AddKeysToAgent confirm 5m", "addkeystoagent confirm 300"},
        {"AddKeysToAgent yes 5m", "! AddKeysToAgent: more than one value"},
        {"PubkeyAcceptedKeyTypes +ssh-rsa", "pubkeyacceptedalgorithms +ssh-rsa"},
        {"ForwardAgent yes", "-"},
        {"NotOfThisVersion \"", "-"},
    };
    for (const auto& row : table) {
        INFO(row.line);
        // services(5) is not on every machine.
        const bool unknown = row.line == "Port ssh" && ::getservbyname("ssh", "tcp") == nullptr;
        CHECK(reading(row.line) == (unknown ? std::string("! Port: no such port") : row.expected));
    }
}

TEST_CASE("setting: times") {
    const struct {
        std::string text;
        int seconds;
    } table[] = {
        {"0", 0},     {"90", 90},     {"90s", 90},    {"1M30S", 90},
        {"2h", 7200}, {"1d1", 86401}, {"1w", 604800}, {"2147483647", 2147483647},
    };
    for (const auto& row : table) {
        INFO(row.text);
        CHECK(read_seconds(row.text) == row.seconds);
    }
    for (const char* text : {"", "m", "1x", "1 m", "-1", "1mm", "2147483648", "4000w", "1s "}) {
        INFO(std::string(text));
        CHECK_FALSE(read_seconds(text).has_value());
    }
}

TEST_CASE("setting: lists of algorithms") {
    const struct {
        std::string keyword;
        std::string raw;
        std::string expected;
    } table[] = {
        {"hostkeyalgorithms", "ssh-ed25519,ssh-rsa", "ssh-ed25519,ssh-rsa"},
        {"hostkeyalgorithms", "rsa*,ssh-ed25519", "rsa-sha2-512,rsa-sha2-256,ssh-ed25519"},
        {"hostkeyalgorithms", "-ecdsa*,rsa-sha2-256", "ssh-ed25519,rsa-sha2-512"},
        {"hostkeyalgorithms", "+ssh-rsa",
         "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,rsa-sha2-512,"
         "rsa-sha2-256"},
        {"hostkeyalgorithms", "-*", "none left"},
        {"hostkeyalgorithms", "!ssh-rsa", "none left"},
        {"ciphers", "", ""},
        {"ciphers", "^aes128-ctr", ""},
        {"ciphers", "-chacha20*,*gcm*", "aes128-ctr,aes192-ctr,aes256-ctr"},
        {"macs", "hmac-sha2-256,hmac-sha2-256", "hmac-sha2-256"},
        {"macs", "nothing*", "none left"},
    };
    for (const auto& row : table) {
        INFO(row.keyword << " " << row.raw);
        CHECK(plain_algorithms(row.keyword, row.raw).value_or("none left") == row.expected);
    }
    CHECK(plain_algorithms("pubkeyacceptedalgorithms", "")->ends_with("rsa-sha2-256"));
}

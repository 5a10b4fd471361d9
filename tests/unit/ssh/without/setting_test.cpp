#include "ssh/without/setting.hpp"

#include <doctest/doctest.h>
#include <netdb.h>

#include <cstdlib>
#include <string>

#include "hfssh/system/text.hpp"

using namespace hfssh;
using namespace hfssh::ssh;

namespace {

// "keyword value|value", "! what is wrong", "-" if it makes no difference, "? keyword" for an
// error.
std::string reading(const std::string& text) {
    const auto line = read_config_line(text);
    REQUIRE(line.has_value());
    const Setting setting = read_setting(*line);
    switch (setting.kind) {
        case Setting::Kind::harmless:
            return "-";
        case Setting::Kind::not_honoured:
            return "? " + setting.keyword;
        case Setting::Kind::malformed:
            return "! " + setting.fault;
        case Setting::Kind::honoured:
            break;
    }
    return setting.keyword + " " + system::join(setting.values, "|");
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
        {"HostName %n", "! unknown token"},
        {"HostName a%", "! unknown token"},
        {"HostName", "! no value"},
        {"HostName # none", "! no value"},
        {"HostName \"\"", "! no value"},
        {"HostName a b", "! more than one value"},
        {"HostName \"a", "! a quote that does not end"},
        {"HostName = \"a b\" # c", "hostname a b"},
        {"User git", "user git"},
        {"User %u", "! tokens and variables need OpenSSH"},
        {"Port 0022", "port 22"},
        {"Port ssh", "port 22"},
        {"Port 65536", "! no such port"},
        {"Port 0", "! no such port"},
        {"AddressFamily INET6", "addressfamily inet6"},
        {"AddressFamily ipv6", "! unknown value"},
        {"BatchMode TRUE", "batchmode yes"},
        {"BatchMode false", "batchmode no"},
        {"BatchMode maybe", "! unknown value"},
        {"Compression Yes", "compression yes"},
        {"Compression true", "! unknown value"},
        {"ServerAliveCountMax 0", "serveralivecountmax 0"},
        {"ServerAliveCountMax -1", "! not a number"},
        {"ServerAliveCountMax 2147483648", "! not a number"},
        {"ServerAliveInterval 1m30s", "serveraliveinterval 90"},
        {"ServerAliveInterval none", "serveraliveinterval "},
        {"ConnectTimeout 1h", "connecttimeout 3600"},
        {"ConnectTimeout soon", "! not a time"},
        {"IdentityFile2 ~/.ssh/%r", "identityfile ~/.ssh/%r"},
        {"IdentityFile a\\ b", "identityfile a b"},
        {"IdentityAgent ~/%h", "identityagent ~/%h"},
        {"IdentityAgent ${HFSSH_TEST_EMPTY}x", "identityagent ${HFSSH_TEST_EMPTY}x"},
        {"IdentityAgent ${HFSSH_TEST_UNSET}", "! ${HFSSH_TEST_UNSET} is not set"},
        {"IdentityAgent ${HOME", "! a variable without its closing brace"},
        {"ProxyCommand = nc -X \"a\" %h %p # x", "proxycommand nc -X \"a\" %h %p # x"},
        {"ProxyCommand == nc", "proxycommand nc"},
        {"ProxyCommand nc 'a", "! a quote that does not end"},
        {"ProxyCommand", "! no value"},
        {"SendEnv LANG LC_*", "sendenv LANG|LC_*"},
        {"SendEnv # nothing", "sendenv "},
        {"SendEnv A=b", "! not the name of a variable"},
        {"SetEnv A=1 B=\"x y\" A=2", "setenv A=1|B=x y"},
        {"SetEnv A", "! not NAME=value"},
        {"Ciphers a,b", "ciphers a,b"},
        {"KexAlgorithms +a", "kexalgorithms +"},
        {"HostKeyAlgorithms ^a,b*", "hostkeyalgorithms +"},
        {"PubkeyAcceptedKeyTypes a", "pubkeyacceptedalgorithms a"},
        {"MACs a b", "! more than one value"},
        {"RSAMinSize 2048", "requiredrsasize 2048"},
    };
    for (const auto& row : table) {
        INFO(row.line);
        // services(5) is not on every machine.
        const bool unknown = row.line == "Port ssh" && ::getservbyname("ssh", "tcp") == nullptr;
        CHECK(reading(row.line) == (unknown ? std::string("! no such port") : row.expected));
    }
}

TEST_CASE("setting: times") {
    const struct {
        std::string text;
        std::string seconds;
    } table[] = {
        {"0", "0"},     {"90", "90"},     {"90s", "90"},    {"1M30S", "90"},
        {"2h", "7200"}, {"1d1", "86401"}, {"1w", "604800"}, {"2147483647", "2147483647"},
    };
    for (const auto& row : table) {
        INFO(row.text);
        CHECK(reading("ConnectTimeout " + row.text) == "connecttimeout " + row.seconds);
    }
    for (const char* text : {"m", "1x", "-1", "1mm", "2147483648", "4000w"}) {
        INFO(std::string(text));
        CHECK(reading("ConnectTimeout " + std::string(text)) == "! not a time");
    }
}

TEST_CASE("setting: what would make a difference, or is not known, is never ignored") {
    for (const char* line :
         {"RefuseConnection \"not on this network\"", "RevokedHostKeys /etc/revoked",
          "RevokedHostKeys none /x", "HostKeyAlgorithms -ssh-rsa", "KexAlgorithms -a*",
          "PubkeyAcceptedAlgorithms ssh-*", "HostKeyAlgorithms !ssh-rsa,ssh-?", "ProxyJump bastion",
          "ProxyUseFdpass yes", "BindAddress ::1", "BindInterface eth0", "CertificateFile c",
          "PKCS11Provider /p.so", "CanonicalizeHostname yes", "ConnectionAttempts 3",
          "FromTheFuture x"}) {
        INFO(std::string(line));
        CHECK(reading(line).starts_with("? "));
    }
    for (const char* line :
         {"RevokedHostKeys none", "PKCS11Provider NONE", "CanonicalizeHostname no",
          "ProxyUseFdpass no", "ForwardAgent yes", "UserKnownHostsFile2 /x",
          "StrictHostKeyChecking no", "HashKnownHosts yes", "GSSAPIAuthentication yes",
          "WarnWeakCrypto no", "AddKeysToAgent yes", "LogLevel QUIET", "ForwardX11Trusted yes"}) {
        INFO(std::string(line));
        CHECK(reading(line) == "-");
    }
}

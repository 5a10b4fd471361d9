#include "ssh/closed/carried.hpp"

#include <doctest/doctest.h>

#include <string>

#include "support/temp_directory.hpp"

using namespace hfssh::ssh;

namespace {

const std::string head = "user git\nhostname hf.co\nport 22\n";
const std::string new_head = head + "sessiontype default\npubkeyacceptedalgorithms ssh-ed25519\n";

// The one option that a line of `ssh -G` leads to, or what became of it.
std::string carried(const std::string& line, const std::string& before = new_head) {
    std::string result;
    for (const CarriedSetting& setting : carried_settings(read_resolved(before + line + "\n"))) {
        if (setting.keyword == "PubkeyAcceptedAlgorithms" && before == new_head) continue;
        if (!result.empty()) result += " | ";
        result += setting.option.value_or("(" + setting.keyword + ")");
    }
    return result;
}

}  // namespace

TEST_CASE("carried settings: the allow-list") {
    struct Row {
        const char *line, *option;
    };
    const Row rows[] = {
        {"addressfamily inet", "AddressFamily=inet"},
        {"bindaddress 127.0.0.2", "BindAddress=127.0.0.2"},
        {"bindinterface a b", "BindInterface=\"a b\""},
        {"connecttimeout none", "ConnectTimeout=none"},
        {"connectionattempts 3", "ConnectionAttempts=3"},
        {"serveraliveinterval 9", "ServerAliveInterval=9"},
        {"serveralivecountmax 9", "ServerAliveCountMax=9"},
        {"tcpkeepalive yes", "TCPKeepAlive=yes"},
        {"compression yes", "Compression=yes"},
        {"compression UNKNOWN", "Compression=yes"},
        {"ipqos af21 cs1", "IPQoS=af21 cs1"},
        {"rekeylimit 0 0", "RekeyLimit=0 0"},
        {"loglevel INFO", "LogLevel=INFO"},
        {"kexalgorithms a,b@c", "KexAlgorithms=a,b@c"},
        {"ciphers a", "Ciphers=a"},
        {"macs a", "MACs=a"},
        {"pubkeyacceptedkeytypes ssh-rsa", "PubkeyAcceptedKeyTypes=ssh-rsa"},
        {"requiredrsasize 1024", "RequiredRSASize=1024"},
        {"batchmode yes", "BatchMode=yes"},
        {"proxyusefdpass no", "ProxyUseFdpass=no"},
        {"addkeystoagent confirm 3600", "AddKeysToAgent=confirm 3600"},
        {"usekeychain yes", "UseKeychain=yes"},
        {"securitykeyprovider /a b.so", "SecurityKeyProvider=\"/a b.so\""},
        {"sendenv LC_*", "SendEnv=LC_*"},
    };
    for (const Row& row : rows) {
        INFO(std::string(row.line));
        CHECK(carried(row.line) == row.option);
        CHECK(carried(row.line, head) == row.option);
    }
    CHECK(carried("pubkeyacceptedalgorithms a", head) == "PubkeyAcceptedAlgorithms=a");
}

TEST_CASE("carried settings: nothing else") {
    for (const char* line : {"stricthostkeychecking false",
                             "userknownhostsfile /x",
                             "globalknownhostsfile /x",
                             "knownhostscommand /x",
                             "verifyhostkeydns yes",
                             "hostkeyalias x",
                             "controlpath /x",
                             "controlmaster auto",
                             "localcommand x",
                             "permitlocalcommand yes",
                             "remotecommand x",
                             "proxycommand x",
                             "proxyjump x",
                             "identityfile /x",
                             "certificatefile /x",
                             "pkcs11provider /x",
                             "forwardagent yes",
                             "localforward 9 x:9",
                             "gssapikeyexchange yes",
                             "updatehostkeys true",
                             "checkhostip yes",
                             "nohostauthenticationforlocalhost yes",
                             "hostkeyalgorithms x",
                             "requesttty force",
                             "stdinnull yes",
                             "canonicalizehostname true",
                             "include /x",
                             "match all",
                             "ignoreunknown *",
                             "whatever 1"}) {
        INFO(std::string(line));
        CHECK(carried(line) == "");
    }
}

TEST_CASE("carried settings: the agent is printed expanded") {
    struct Row {
        const char *value, *option, *old;
    };
    const Row rows[] = {
        {"none", "none", "none"},
        {"SSH_AUTH_SOCK", "SSH_AUTH_SOCK", "SSH_AUTH_SOCK"},
        {"$OTHER", "$OTHER", "$OTHER"},
        {"/run/a b", "\"/run/a b\"", "\"/run/a b\""},
        {"/run/100%", "/run/100%%", "/run/100%%"},
        {"/run/a\"b", R"("/run/a\"b")", nullptr},
        {"/run/a\\b", R"("/run/a\\b")", R"("/run/a\b")"},
        {"/run/${x}", nullptr, nullptr},
    };
    for (const Row& row : rows) {
        INFO(std::string(row.value));
        const auto expected = [](const char* text) {
            return text == nullptr ? std::string("(IdentityAgent)")
                                   : "IdentityAgent=" + std::string(text);
        };
        CHECK(carried("identityagent " + std::string(row.value)) == expected(row.option));
        CHECK(carried("identityagent " + std::string(row.value), head) == expected(row.old));
    }
}

TEST_CASE("carried settings: of SetEnv all in one, of SendEnv each") {
    CHECK(carried("setenv A=1\nsetenv B=x y\nsetenv C=") == "SetEnv=\"A=1\" \"B=x y\" \"C=\"");
    CHECK(carried("setenv A=q\"\\") == R"(SetEnv="A=q\"\\")");
    CHECK(carried("setenv A=1\nsetenv B=\"", head) == "(SetEnv)");
    CHECK(carried("setenv A=50%h", head) == "SetEnv=\"A=50%h\"");
    CHECK(carried("sendenv A\nsendenv B_*") == "SendEnv=A | SendEnv=B_*");
}

TEST_CASE("carried settings: revoked host keys where they can be read") {
    const hfssh::test::TempDirectory directory;
    const std::string file = directory / "a b%";
    CHECK(carried("revokedhostkeys " + file) == "(RevokedHostKeys)");
    (void)directory.write("a b%", "\n");
    CHECK(carried("revokedhostkeys " + file) == "RevokedHostKeys=\"" + file + "\"");
    CHECK(carried("revokedhostkeys none") == "(RevokedHostKeys)");
}

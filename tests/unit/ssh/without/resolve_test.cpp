#include "hfssh/ssh/without/resolve.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"
#include "support/temp_directory.hpp"

using namespace hfssh;
using namespace hfssh::ssh;
using Words = std::vector<std::string>;

namespace {

CommandLine read_line(const Words& words) {
    const Reading reading = read_command_line(words, TagFlag::plain);
    REQUIRE(std::holds_alternative<CommandLine>(reading));
    return std::get<CommandLine>(reading);
}

std::variant<Resolved, NotHonoured> resolve(const Words& typed, const std::string& configuration,
                                            const Words& via = {}) {
    const test::TempDirectory directory;
    const CommandLine line = read_line(typed);
    return resolve_without_ssh(line, read_line(via), *line.destination,
                               config_files(directory.write("config", configuration)));
}

// The values of KEYWORD, "|" between them.
std::string value(const std::string& keyword, const Words& typed, const std::string& configuration,
                  const Words& via = {}) {
    const auto result = resolve(typed, configuration, via);
    if (const auto* problem = std::get_if<NotHonoured>(&result)) return "! " + problem->text;
    const auto values = std::get<Resolved>(result).all(keyword);
    return system::join({values.begin(), values.end()}, "|");
}

// What stands in the way, without the directory; empty where nothing does.
std::string refusal(const Words& typed, const std::string& configuration) {
    const auto result = resolve(typed, configuration);
    const auto* problem = std::get_if<NotHonoured>(&result);
    if (problem == nullptr) return {};
    CHECK_FALSE(problem->hint.empty());
    const std::size_t place = problem->text.find("config line");
    return place == std::string::npos ? problem->text : problem->text.substr(place);
}

}  // namespace

TEST_CASE("without ssh: the defaults") {
    const auto result = resolve({"HF.co"}, "");
    REQUIRE(std::holds_alternative<Resolved>(result));
    const auto& resolved = std::get<Resolved>(result);
    const struct {
        std::string keyword;
        std::string value;
    } table[] = {
        {"user", system::login_name()},
        {"hostname", "hf.co"},
        {"port", "22"},
        {"addressfamily", "any"},
        {"batchmode", "no"},
        {"compression", "no"},
        {"connecttimeout", "none"},
        {"serveraliveinterval", "0"},
        {"serveralivecountmax", "3"},
        {"identitiesonly", "no"},
        {"proxycommand", ""},
        {"identityagent", ""},
        {"ciphers", ""},
    };
    for (const auto& row : table) {
        INFO(row.keyword);
        CHECK(resolved.first(row.keyword) == row.value);
    }
    CHECK_FALSE(resolved.has("identityfile"));  // ssh's own defaults are not configured
    CHECK(resolved.has_known_hosts_command());
}

TEST_CASE("without ssh: which line counts") {
    setenv("HFSSH_TEST_AGENT", "/run/a", 1);
    const struct {
        std::string situation;
        std::string keyword;
        Words typed;
        std::string configuration;
        std::string expected;
    } table[] = {
        {"the first", "port", {"hf.co"}, "Port 1\nHost *\nPort 2\n", "1"},
        {"a Host that matches", "port", {"hf.co"}, "Host a\nPort 1\nHost hf.*\nPort 2\n", "2"},
        {"a negated pattern", "port", {"hf.co"}, "Host * !hf.co\nPort 1\n", "22"},
        {"typed before all", "port", {"-oPort=7", "hf.co"}, "Port 1\n", "7"},
        {"-p behind -o", "port", {"-oPort=7", "-p8", "hf.co"}, "", "7"},
        {"the destination's", "user", {"a@hf.co", "-lb"}, "User c\n", "a"},
        {"-l in front", "user", {"-lb", "a@hf.co"}, "User c\n", "b"},
        {"a URI", "port", {"ssh://a@hf.co:77"}, "Port 1\n", "77"},
        {"-4 over -o", "addressfamily", {"-4", "-oAddressFamily=inet6", "hf.co"}, "", "inet"},
        {"the last of -4 -6", "addressfamily", {"-4", "-6", "hf.co"}, "", "inet6"},
        {"-C", "compression", {"-C", "hf.co"}, "Compression no\n", "yes"},
        {"a missing -i", "identityfile", {"-i/nowhere/k", "hf.co"}, "IdentityFile a\n", "a"},
        {"-i", "identityfile", {"-i/dev/null", "hf.co"}, "IdentityFile a\n", "/dev/null|a"},
        {"files add up", "identityfile", {"hf.co"}, "IdentityFile a\nIdentityFile b\n", "a|b"},
        {"SendEnv adds up", "sendenv", {"hf.co"}, "SendEnv A B\nSendEnv -A C\n", "B|C"},
        {"the first SetEnv", "setenv", {"hf.co"}, "SetEnv A=1 B=2\nSetEnv C=3\n", "A=1|B=2"},
        {"HostName %h", "hostname", {"Hub"}, "HostName %h.HF.co\n", "hub.hf.co"},
        {"ConnectTimeout none",
         "connecttimeout",
         {"hf.co"},
         "ConnectTimeout none\nConnectTimeout 5\n",
         "5"},
        {"IdentityAgent",
         "identityagent",
         {"a@Hub"},
         "HostName HF.co\nPort 5\nIdentityAgent ${HFSSH_TEST_AGENT}/%n-%h-%r-%p-%k-%%\n",
         "/run/a/Hub-hf.co-a-5-Hub-%"},
        {"the old agent variable", "identityagent", {"hf.co"}, "IdentityAgent $SOCK\n", "$SOCK"},
        {"no agent", "identityagent", {"hf.co"}, "IdentityAgent none\n", "none"},
        {"no proxy", "proxycommand", {"hf.co"}, "ProxyCommand NONE\nProxyCommand nc\n", ""},
        {"no jump", "proxycommand", {"hf.co"}, "ProxyJump none\nProxyJump a\n", ""},
        {"ProxyCommand before ProxyJump",
         "proxycommand",
         {"hf.co"},
         "ProxyCommand nc %h # x\nProxyJump a\n",
         "nc %h # x"},
        {"-J none", "proxycommand", {"-Jnone", "hf.co"}, "ProxyJump a\nProxyCommand none\n", ""},
        {"a line without effect in doubt", "port", {"-p5", "hf.co"}, "Match exec x\nPort 6\n", "5"},
        {"IdentitiesOnly", "identitiesonly", {"hf.co"}, "IdentitiesOnly yes\n", "yes"},
        {"nothing of ours in doubt", "port", {"hf.co"}, "Match exec x\nForwardAgent yes\n", "22"},
    };
    for (const auto& row : table) {
        INFO(row.situation);
        CHECK(value(row.keyword, row.typed, row.configuration) == row.expected);
    }
}

TEST_CASE("without ssh: the words of --via stand in front") {
    CHECK(value("port", {"-p5", "hf.co"}, "Port 7\n", {"-p6"}) == "6");
    CHECK(value("user", {"a@hf.co"}, "", {"-l", "b"}) == "b");
    CHECK(value("user", {"a@hf.co", "-lc"}, "", {"-C"}) == "a");
    CHECK(value("addressfamily", {"-6", "hf.co"}, "", {"-4"}) == "inet6");
}

TEST_CASE("without ssh: another name can be asked for") {
    const test::TempDirectory directory;
    const CommandLine typed = read_line({"-p5", "git@huggingface.co"});
    const auto files = config_files(directory.write("config", "Host hf.co\nIdentityFile hub\n"));
    const auto result = resolve_without_ssh(typed, {}, *read_destination("hf.co"), files);
    REQUIRE(std::holds_alternative<Resolved>(result));
    CHECK(std::get<Resolved>(result).first("identityfile") == "hub");
    CHECK(std::get<Resolved>(result).first("hostname") == "hf.co");
    CHECK(std::get<Resolved>(result).first("port") == "5");
    CHECK(std::get<Resolved>(result).first("user") == system::login_name());
}

TEST_CASE("without ssh: what cannot be honoured") {
    const struct {
        std::string situation;
        Words typed;
        std::string configuration;
        std::string expected;
    } table[] = {
        {"Match", {"hf.co"}, "\nMatch exec x\nPort 6\n", "config line 2: Match exec x"},
        {"Match all and more",
         {"hf.co"},
         "Match all exec x\nUser a\n",
         "config line 1: Match all exec x"},
        {"a key in a Match block",
         {"hf.co"},
         "IdentityFile a\nMatch host hf.co\nIdentityFile b\n",
         "config line 2: Match host hf.co"},
        {"a jump in a Match block",
         {"hf.co"},
         "Match exec x\nProxyJump none\n",
         "config line 1: Match exec x"},
        {"a refusal in a Match block",
         {"hf.co"},
         "Match exec x\nRefuseConnection no\n",
         "config line 1: Match exec x"},
        {"a refusal",
         {"hf.co"},
         "Host *\nRefuseConnection no\n",
         "config line 2: refuseconnection no"},
        {"revoked host keys",
         {"hf.co"},
         "RevokedHostKeys /x\n",
         "config line 1: revokedhostkeys /x"},
        {"an unknown keyword", {"hf.co"}, "FromTheFuture x\n", "config line 1: fromthefuture x"},
        {"algorithms less", {"hf.co"}, "Ciphers -a\n", "config line 1: ciphers -a"},
        {"a pattern of algorithms",
         {"hf.co"},
         "PubkeyAcceptedAlgorithms ssh-*\n",
         "config line 1: pubkeyacceptedalgorithms ssh-*"},
        {"-c", {"-ca", "hf.co"}, "", "-c a"},
        {"a jump", {"hf.co"}, "ProxyJump a\n", "config line 1: proxyjump a"},
        {"-J", {"-Ja", "hf.co"}, "", "-J a"},
        {"a proxy after no jump",
         {"hf.co"},
         "ProxyJump none\nProxyCommand nc\n",
         "config line 2: a ProxyCommand after \"ProxyJump none\", which only some versions of ssh "
         "use"},
        {"a bad value", {"hf.co"}, "Port 0\n", "config line 1: port: no such port"},
        {"a bad value typed", {"-oPort=0", "hf.co"}, "", "-o Port=0: port: no such port"},
        {"a bad port typed", {"-p0", "hf.co"}, "", "-p 0: no such port"},
        {"a file typed",
         {"-oInclude=x", "hf.co"},
         "",
         "-o Include=x: only allowed in configuration files"},
        {"a Host",
         {"hf.co"},
         "Host \"a\nPort 1\n",
         "config line 1: Host: a line that cannot be read"},
        {"a newline", {"-oUser=\"a\nProxyCommand x\"", "hf.co"}, "", "user: a control character"},
        {"a hash", {"hf.co"}, "IdentityAgent /run/%C\n", "identityagent: cannot expand %C"},
    };
    for (const auto& row : table) {
        INFO(row.situation);
        CHECK(refusal(row.typed, row.configuration) == row.expected);
    }
}

TEST_CASE("without ssh: an Include is in doubt as a whole") {
    const test::TempDirectory directory;
    const std::string sub = directory.write("sub", "Host nobody\nPort 1\nHost *\nPort 2\n");
    const auto answer = [&](const std::string& configuration) {
        const CommandLine typed = read_line({"hf.co"});
        return resolve_without_ssh(typed, {}, *typed.destination,
                                   config_files(directory.write("config", configuration)));
    };
    SUBCASE("where it would have an effect") {
        const auto result = answer("Match exec x\nInclude " + sub + "\n");
        REQUIRE(std::holds_alternative<NotHonoured>(result));
        CHECK(std::get<NotHonoured>(result).text.ends_with("config line 1: Match exec x"));
    }
    SUBCASE("where it has none") {
        const auto result = answer("Port 3\nMatch exec x\nInclude " + sub + "\nHost *\nUser u\n");
        REQUIRE(std::holds_alternative<Resolved>(result));
        CHECK(std::get<Resolved>(result).first("user") == "u");
    }
    SUBCASE("where it applies to nothing, whatever is in it") {
        const auto result =
            answer("Host nobody\nInclude " + sub + "\nInclude ${HFSSH_TEST_UNSET}/x\n");
        REQUIRE(std::holds_alternative<Resolved>(result));
        CHECK(std::get<Resolved>(result).first("port") == "22");
    }
    SUBCASE("a file that others can write") {
        CHECK(std::holds_alternative<Resolved>(answer("Include " + sub + "\n")));
        directory.write("sub", "Port 1\n", 0666);
        const auto result = answer("Include " + sub + "\n");
        REQUIRE(std::holds_alternative<NotHonoured>(result));
        CHECK(std::get<NotHonoured>(result).text.ends_with("sub: others can write it"));
    }
    SUBCASE("a file that can't be judged") {
        const auto result = answer("Include " + directory.path() + "\n");
        REQUIRE(std::holds_alternative<NotHonoured>(result));
        CHECK(std::get<NotHonoured>(result).hint.find("install") != std::string::npos);
    }
}

TEST_CASE("without ssh: a file that -F names") {
    const test::TempDirectory directory;
    const auto answer = [](const std::string& path) {
        const CommandLine typed = read_line({"-F", path, "hf.co"});
        return resolve_without_ssh(typed, {}, *typed.destination, config_files(path));
    };
    SUBCASE("may be written by others") {
        const auto result = answer(directory.write("config", "Port 5\n", 0666));
        REQUIRE(std::holds_alternative<Resolved>(result));
        CHECK(std::get<Resolved>(result).first("port") == "5");
    }
    SUBCASE("has to be there") {
        const auto result = answer(directory / "missing");
        REQUIRE(std::holds_alternative<NotHonoured>(result));
        CHECK(std::get<NotHonoured>(result).text.ends_with("missing: No such file or directory"));
    }
    SUBCASE("is none") {
        CHECK(std::holds_alternative<Resolved>(answer("none")));
    }
}

// As their packages install them, without the comments. PATTERN stands for the directory's files.
TEST_CASE("without ssh: what systems install as /etc/ssh/ssh_config") {
    const std::string fedora =
        "Match final all\n\tInclude <dir>/policy\n\tGSSAPIAuthentication yes\n"
        "\tForwardX11Trusted yes\n";
    const struct {
        std::string system;
        std::string configuration;
        std::string more;    // ssh_config.d/50.conf
        std::string policy;  // crypto-policies/back-ends/openssh.config
    } table[] = {
        {"Debian, Ubuntu",
         "Include <dir>/*.conf\nHost *\n    SendEnv LANG LC_* COLORTERM NO_COLOR\n"
         "    HashKnownHosts yes\n    GSSAPIAuthentication yes\n",
         "Host unix/* vsock/* vsock-mux/* machine/*\nProxyCommand systemd-ssh-proxy %h %p\n"
         "ProxyUseFdpass yes\nCheckHostIP no\nStrictHostKeyChecking no\n"
         "UserKnownHostsFile /dev/null\nHost .host machine/.host\n"
         "ProxyCommand systemd-ssh-proxy unix/run/ssh-unix-local/socket %p\nProxyUseFdpass yes\n",
         ""},
        {"Fedora, RHEL 9", "Include <dir>/*.conf\n", fedora,
         "Ciphers aes256-gcm@openssh.com,chacha20-poly1305@openssh.com,aes256-ctr\n"
         "MACs hmac-sha2-256-etm@openssh.com,hmac-sha2-512\n"
         "GSSAPIKexAlgorithms gss-curve25519-sha256-,gss-nistp256-sha256-\n"
         "KexAlgorithms mlkem768x25519-sha256,curve25519-sha256,ecdh-sha2-nistp256\n"
         "PubkeyAcceptedAlgorithms ssh-ed25519,rsa-sha2-512,rsa-sha2-256\n"
         "HostbasedAcceptedAlgorithms ssh-ed25519\nCASignatureAlgorithms ssh-ed25519\n"
         "RequiredRSASize 2048\n"},
        {"RHEL 8", "Include <dir>/*.conf\n",
         fedora + "\tSendEnv LANG LC_CTYPE LC_ALL LANGUAGE\n\tSendEnv XMODIFIERS\n",
         "Ciphers aes256-ctr,aes256-cbc\nMACs hmac-sha2-256\n"
         "GSSAPIKeyExchange no\nKexAlgorithms curve25519-sha256\n"
         "PubkeyAcceptedKeyTypes ssh-ed25519,rsa-sha2-512\nHostbasedKeyTypes ssh-ed25519\n"
         "RSAMinSize 2048\n"},
        {"Arch, Alpine, upstream", "Include <dir>/*.conf\n", "", ""},
        {"openSUSE", "Host *\nForwardX11Trusted yes\nSendEnv LC_IDENTIFICATION LC_ALL LANGUAGE\n",
         "", ""},
        {"macOS", "Include <dir>/*.conf\nHost *\n    SendEnv LANG LC_*\n",
         "Ciphers ^aes256-gcm@openssh.com,aes128-gcm@openssh.com\n"
         "KexAlgorithms ^ecdh-sha2-nistp256\nHostKeyAlgorithms ^ecdsa-sha2-nistp256\n"
         "MACs ^hmac-sha2-256\nUseKeychain yes\n",
         ""},
        {"NixOS",
         "AddressFamily any\nGlobalKnownHostsFile /etc/ssh/ssh_known_hosts\n"
         "XAuthLocation /run/xauth\nForwardX11 no\nPubkeyAcceptedKeyTypes +ssh-rsa\n",
         "", ""},
        {"FreeBSD", "Host *\nVerifyHostKeyDNS yes\n", "", ""},
        {"long ago", "Protocol 2\nUseRoaming no\nRSAAuthentication yes\n", "", ""},
    };
    for (const auto& row : table) {
        INFO(row.system);
        const test::TempDirectory directory;
        const auto write = [&](const std::string& name, std::string text) {
            for (std::size_t at; (at = text.find("<dir>")) != std::string::npos;)
                text.replace(at, 5, directory / ".");
            return directory.write(name, text);
        };
        if (!row.more.empty()) write("50.conf", row.more);
        if (!row.policy.empty()) write("policy", row.policy);
        const CommandLine typed = read_line({"hf.co"});
        const auto result = resolve_without_ssh(
            typed, {}, *typed.destination, config_files(write("ssh_config", row.configuration)));
        const auto* problem = std::get_if<NotHonoured>(&result);
        CHECK((problem == nullptr ? "" : problem->text) == "");
        if (problem != nullptr || row.policy.empty()) continue;
        const auto& resolved = std::get<Resolved>(result);
        CHECK(resolved.first("ciphers").starts_with("aes256-"));
        CHECK(resolved.first("macs").starts_with("hmac-sha2-256"));
        CHECK(resolved.first("kexalgorithms").find("curve25519-sha256") != std::string::npos);
        CHECK(resolved.first("pubkeyacceptedalgorithms").starts_with("ssh-ed25519,rsa-sha2-512"));
        CHECK(resolved.first("requiredrsasize") == "2048");
    }
}

TEST_CASE("without ssh: Match final") {
    const struct {
        std::string situation;
        Words typed;
        std::string configuration;
        std::string keyword;
        std::string expected;
    } table[] = {
        {"comes last", {"hf.co"}, "Match final all\nPort 5\nHost *\nPort 6\n", "port", "6"},
        {"where nothing else set it", {"hf.co"}, "Match final all\nPort 5\n", "port", "5"},
        {"alone", {"hf.co"}, "Match final\nPort 5\n", "port", "5"},
        {"Match all is in its place", {"hf.co"}, "Match all\nPort 5\nPort 6\n", "port", "5"},
        {"canonical has no turn", {"hf.co"}, "Match canonical all\nPort 5\n", "port", "22"},
        {"canonical has a turn with it",
         {"hf.co"},
         "Match canonical all\nPort 5\nMatch final all\nUser u\n",
         "port",
         "5"},
        {"Host is then the name after HostName",
         {"work"},
         "Host work\nHostName hf.co\nMatch final all\nUser u\nHost hf.co\nPort 7\n",
         "port",
         "7"},
        {"HostName stays", {"work"}, "Match final all\nHostName hf.co\n", "hostname", "work"},
        {"the first list counts",
         {"hf.co"},
         "Ciphers +a\nMatch final all\nCiphers b\n",
         "ciphers",
         ""},
    };
    for (const auto& row : table) {
        INFO(row.situation);
        CHECK(value(row.keyword, row.typed, row.configuration) == row.expected);
    }
}

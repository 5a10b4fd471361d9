#include "hfssh/ssh/closed/configuration.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "hfssh/system/text.hpp"
#include "ssh/closed/carried.hpp"
#include "support/closed_scene.hpp"

using namespace hfssh::ssh;
using namespace hfssh::test;

TEST_CASE("closed configuration: what fact and review demand") {
    const char* const demanded[] = {
        "StrictHostKeyChecking=yes",
        "UserKnownHostsFile=/dev/null",
        "HostKeyAlias=hf.co",
        "GlobalKnownHostsFile=/dev/null",
        "VerifyHostKeyDNS=no",
        "CheckHostIP=no",
        "NoHostAuthenticationForLocalhost=no",
        "UpdateHostKeys=no",
        "ControlMaster=no",
        "ControlPath=none",
        "ControlPersist=no",
        "IdentitiesOnly=yes",
        "PubkeyAuthentication=yes",
        "PreferredAuthentications=publickey",
        "PasswordAuthentication=no",
        "KbdInteractiveAuthentication=no",
        "HostbasedAuthentication=no",
        "ForwardAgent=no",
        "ForwardX11=no",
        "ClearAllForwardings=yes",
        "PermitLocalCommand=no",
        "RemoteCommand=none",
        "RequestTTY=no",
        "Tunnel=no",
        "EscapeChar=none",
        "CanonicalizeHostname=no",
        "SessionType=default",
        "StdinNull=no",
        "ForkAfterAuthentication=no",
        "HostName=hf.co",
        "Port=22",
        "ProxyCommand=none",
        "IdentityFile=/home/me/.ssh/id",
        "HostKeyAlgorithms=ssh-ed25519,rsa-sha2-512",
        "KnownHostsCommand=/lib/known-hosts %I %t %K /proc/1/fd/3",
    };
    const std::vector<std::string> words = options({});
    CHECK(std::vector<std::string>(words.begin(), words.begin() + 4) ==
          std::vector<std::string>{"-F", "none", "-S", "none"});
    CHECK(std::vector<std::string>(words.end() - 2, words.end()) ==
          std::vector<std::string>{"-l", "git"});
    for (const std::string option : demanded) {
        INFO(option);
        const auto found = std::find(words.begin(), words.end(), option);
        REQUIRE(found != words.end());
        CHECK(*(found - 1) == "-o");
        CHECK(values(words, option.substr(0, option.find('='))).size() == 1);
    }
}

TEST_CASE("closed configuration: nothing typed and nothing configured gets past it") {
    Scene scene;
    scene.typed = {"-oStrictHostKeyChecking=no",
                   "-S",
                   "/s",
                   "-F",
                   "/f",
                   "-A",
                   "-X",
                   "-tt",
                   "-M",
                   "-L9:a:9",
                   "-I",
                   "/p",
                   "-J",
                   "x",
                   "-W",
                   "a:1",
                   "-K",
                   "-f",
                   "git@hf.co",
                   "-oUserKnownHostsFile=/k",
                   "-oControlPath=/s"};
    scene.resolved = modern +
                     "stricthostkeychecking false\nuserknownhostsfile /k\ncontrolpath /s\n"
                     "knownhostscommand /k\nhostkeyalias x\nforwardagent yes\n"
                     "pkcs11provider /p\nidentityfile /i\nproxyjump x\n";
    Scene plain;
    plain.resolved = modern;
    CHECK(options(scene) == options(plain));
}

// Of an option given twice ssh uses the first: what is carried would have no effect.
TEST_CASE("closed configuration: nothing that is carried is also fixed") {
    Scene scene;
    for (const std::string_view keyword : carried_keywords())
        scene.resolved += hfssh::system::lower(keyword) + " 1\n";
    scene.resolved += "enableescapecommandline no\ngssapiauthentication no\n";
    const std::vector<std::string> words = options(scene);
    std::set<std::string> seen;
    for (std::size_t i = 1; i < words.size(); ++i) {
        if (words[i - 1] != "-o") continue;
        const std::string keyword = words[i].substr(0, words[i].find('='));
        CAPTURE(keyword);
        CHECK((seen.insert(keyword).second || keyword == "SendEnv"));
    }
    CHECK(seen.contains("SetEnv"));
    CHECK(seen.contains("RevokedHostKeys"));
}

TEST_CASE("closed configuration: options that not every ssh has") {
    Scene scene;
    CHECK(first(scene, "GSSAPIKeyExchange") == "(not set)");
    CHECK(first(scene, "GSSAPIAuthentication") == "(not set)");
    CHECK(first(scene, "PKCS11Provider") == "(not set)");
    CHECK(first(scene, "EnableEscapeCommandline") == "(not set)");
    scene.resolved +=
        "gssapikeyexchange yes\ngssapiauthentication yes\n"
        "enableescapecommandline yes\n";
    CHECK(first(scene, "GSSAPIKeyExchange") == "no");
    CHECK(first(scene, "GSSAPIAuthentication") == "no");
    CHECK(first(scene, "EnableEscapeCommandline") == "no");
    scene.identity.provider = "/a b.so";
    CHECK(first(scene, "PKCS11Provider") == "\"/a b.so\"");
}

TEST_CASE("closed configuration: before 8.5 a private file of host keys") {
    Scene scene;
    scene.resolved = head + "pubkeyacceptedkeytypes ssh-ed25519\n";
    CHECK(first(scene, "KnownHostsCommand") == "(not set)");
    CHECK(values(options(scene), "UserKnownHostsFile") ==
          std::vector<std::string>{"/tmp/x/known_hosts", "/dev/null"});
    scene.trust.known_hosts = "/tmp/a b%";
    CHECK(first(scene, "UserKnownHostsFile") == "\"/tmp/a b%%\"");
    scene.trust.known_hosts.clear();
    CHECK(error(scene) == ClosedError::Kind::helper_path);
    scene.trust.known_hosts = "/tmp/\"/x";
    CHECK(error(scene) == ClosedError::Kind::helper_path);
}

TEST_CASE("closed configuration: the helper's path") {
    struct Row {
        const char *path, *written;
    };
    const Row rows[] = {
        {"/opt/a b/known-hosts", "\"/opt/a b/known-hosts\""},
        {"/opt/100%/known-hosts", "/opt/100%/known-hosts"},
        {"/opt/a\"b/known-hosts", R"("/opt/a\"b/known-hosts")"},
        {"/opt/a\\b/known-hosts", R"("/opt/a\\b/known-hosts")"},
    };
    for (const Row& row : rows) {
        Scene scene;
        scene.trust.helper = row.path;
        scene.trust.report.clear();
        CHECK(first(scene, "KnownHostsCommand") == std::string(row.written) + " %I %t %K -");
    }
    for (const char* path : {"known-hosts", "", "./known-hosts"}) {
        Scene scene;
        scene.trust.helper = path;
        CHECK(error(scene) == ClosedError::Kind::helper_path);
    }
}

TEST_CASE("closed configuration: host key algorithms") {
    const auto algorithms = [](const std::string& configured) {
        Scene scene;
        scene.resolved = "user me\nhostname hf.co\nport 22\nhostkeyalgorithms " + configured +
                         "\npubkeyacceptedalgorithms x\n";
        return close(scene);
    };
    const auto list = [&](const std::string& configured) {
        return values(std::get<ClosedConfiguration>(algorithms(configured)).options,
                      "HostKeyAlgorithms");
    };
    CHECK(list("rsa-sha2-512,ssh-ed25519") == std::vector<std::string>{"ssh-ed25519,rsa-sha2-512"});
    CHECK(list("x,rsa-sha2-512") == std::vector<std::string>{"rsa-sha2-512"});
    for (const char* none : {"ssh-rsa", "", "ssh-dss", "ssh-ed25519-cert-v01@openssh.com", "*",
                             "SSH-ED25519", "ssh-ed2551", "ssh-ed25519x"}) {
        INFO(std::string(none));
        CHECK(std::holds_alternative<ClosedError>(algorithms(none)));
    }
    Scene nothing_trusted;
    nothing_trusted.trust.algorithms.clear();
    CHECK(error(nothing_trusted) == ClosedError::Kind::no_host_key_algorithm);
}

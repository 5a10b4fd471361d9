#include "ssh/closed/carried.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "support/closed_scene.hpp"
#include "support/temp_directory.hpp"

using namespace hfssh::ssh;
using hfssh::test::Scene;

namespace {

const std::string head = "user git\nhostname hf.co\nport 22\n";
const std::string new_head = head + "sessiontype default\npubkeyacceptedalgorithms ssh-ed25519\n";
const std::string list_head = new_head + "userknownhostsfile /x\n";  // 10.3, what follows is a list

std::vector<CarriedSetting> settings(const std::string& resolved, const UserSettings& made = {},
                                     std::optional<Expansion> expansion = {}) {
    const Scene scene;
    const CommandLine typed;
    const Resolved read = read_resolved(resolved);
    return carried_settings({typed, read, scene.trust, scene.identity, "hf.co", "git", "22", "",
                             false, made, expansion});
}

bool is_bound(const std::string& keyword) {
    return keyword == "ConnectTimeout" || keyword.starts_with("ServerAlive");
}

// The one option that a line of `ssh -G` leads to, or what became of it.
std::string carried(const std::string& line, const std::string& before = new_head,
                    std::optional<Expansion> expansion = {}) {
    std::string result;
    for (const CarriedSetting& setting : settings(before + line + "\n", {}, expansion)) {
        if (setting.keyword == "PubkeyAcceptedAlgorithms" && before != head) continue;
        if (is_bound(setting.keyword)) continue;
        if (!result.empty()) result += " | ";
        result += setting.option.value_or("(" + setting.keyword + ")");
    }
    return result;
}

// "30 20 6": ConnectTimeout, ServerAliveInterval, ServerAliveCountMax.
std::string bounds(const std::string& lines, const UserSettings& made) {
    std::string result;
    for (const CarriedSetting& setting : settings(new_head + lines, made)) {
        if (!is_bound(setting.keyword)) continue;
        if (!result.empty()) result += " ";
        result += setting.option->substr(setting.option->find('=') + 1);
    }
    return result;
}

UserSettings made_by(const std::vector<std::string>& words) {
    const Reading reading = read_command_line(words, TagFlag::plain);
    std::set<std::string, std::less<>> keywords;
    std::get<CommandLine>(reading).add_keywords(keywords);
    return {keywords, {"hf.co"}, {}};
}

}  // namespace

TEST_CASE("carried settings: the manual names them, and no others") {
    std::ifstream file(std::string(std::getenv("HFSSH_TESTS")) + "/../man/hf-ssh.1");
    std::stringstream text;
    text << file.rdbuf();
    std::string page = text.str();
    page.erase(0, page.find("Carried over are"));
    page.erase(page.find(".Cm HostKeyAlgorithms"));
    // HostName, Port, User and the proxy are the caller's.
    std::set<std::string> expected = {"HostName", "Port", "ProxyCommand", "ProxyJump", "User"};
    for (const std::string_view keyword : carried_keywords())
        expected.emplace(keyword);
    expected.erase("PubkeyAcceptedKeyTypes");  // the old name of another
    std::set<std::string> named;
    std::string word, before;
    for (std::istringstream words(page); words >> word; before = word)
        if (before == ".Cm") named.insert(word);
    CHECK(named == expected);
}

TEST_CASE("carried settings: the allow-list") {
    struct Row {
        const char *line, *option;
    };
    const Row rows[] = {
        {"addressfamily inet", "AddressFamily=inet"},
        {"bindaddress 127.0.0.2", "BindAddress=127.0.0.2"},
        {"bindinterface a b", "BindInterface=\"a b\""},
        {"connectionattempts 3", "ConnectionAttempts=3"},
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
        {"warnweakcrypto no-pq-kex", "WarnWeakCrypto=no-pq-kex"},
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
    CHECK(carried("sendenv A\nsendenv B_*") == "SendEnv=A | SendEnv=B_*");
}

TEST_CASE("carried settings: what this ssh expanded before it printed it is not expanded again") {
    const Expansion no{}, yes{true, true};
    const auto set_env = [](const std::string& value, std::optional<Expansion> expansion) {
        return carried("setenv A=" + value, new_head, expansion);
    };
    CHECK(set_env("50%", no) == "SetEnv=\"A=50%\"");
    CHECK(set_env("50%", yes) == "SetEnv=\"A=50%%\"");
    CHECK(set_env("50%", {}) == "(SetEnv)");
    CHECK(set_env("${B}", no) == "SetEnv=\"A=${B}\"");
    CHECK(set_env("${B}", yes) == "(SetEnv)");
    CHECK(carried("revokedhostkeys /r%", new_head, no) == "RevokedHostKeys=/r%");
    CHECK(carried("revokedhostkeys /r%", new_head, yes) == "RevokedHostKeys=/r%%");
    CHECK(carried("revokedhostkeys /r%") == "(RevokedHostKeys)");
}

TEST_CASE("expansion: told by what was printed, and asked only for a percent sign") {
    const auto of = [](const std::string& lines) {
        return expansion_of(read_resolved(new_head + lines));
    };
    REQUIRE(of("setenv A=1\nrevokedhostkeys /a").has_value());
    CHECK_FALSE(of("setenv A=1\n")->set_env);
    REQUIRE(of("setenv A=%\n").has_value());  // up to 9.4
    CHECK_FALSE(of("setenv A=%\n")->set_env);
    CHECK_FALSE(of("revokedhostkeys /%\n").has_value());  // 9.4 expands it, 9.3 does not
    CHECK_FALSE(of("obscurekeystroketiming 20\nsetenv A=%\n").has_value());
    REQUIRE(of("warnweakcrypto no\nsetenv A=%\n").has_value());
    CHECK(of("warnweakcrypto no\nsetenv A=%\n")->set_env);
    CHECK(of("warnweakcrypto no\nsetenv A=%\n")->revoked_host_keys);

    const auto words = expansion_question(read_resolved(new_head + "setenv A=%\n"));
    CHECK(words ==
          std::vector<std::string>{"-F", "none", "-G", "-T", "-o", "SetEnv=A=%%", "--", "hf.co"});
    CHECK(read_expansion(read_resolved(head + "setenv A=%\n")).set_env);
    CHECK_FALSE(read_expansion(read_resolved(head + "setenv A=%%\n")).set_env);
    CHECK(read_expansion(read_resolved(head + "revokedhostkeys %\n")).revoked_host_keys);
    CHECK_FALSE(read_expansion(read_resolved(head + "revokedhostkeys %%\n")).revoked_host_keys);
}

TEST_CASE("carried settings: revoked host keys always, readable or not") {
    const hfssh::test::TempDirectory directory;
    const std::string file = directory / "a b";
    CHECK(carried("revokedhostkeys " + file) == "RevokedHostKeys=\"" + file + "\"");
    CHECK(carried("revokedhostkeys /missing") == "RevokedHostKeys=/missing");
    CHECK(carried("revokedhostkeys none") == "");
    CHECK(carried("revokedhostkeys ~/x", new_head, Expansion{}) == "RevokedHostKeys=./~/x");
}

TEST_CASE("carried settings: several files of revoked host keys, as 10.3 prints them") {
    const hfssh::test::TempDirectory directory;
    const std::string one = directory / "one", two = directory / "two";
    CHECK(carried("revokedhostkeys " + one + " " + two, list_head) ==
          "RevokedHostKeys=" + one + " " + two);
    CHECK(carried("revokedhostkeys none", list_head) == "");
    CHECK(carried("revokedhostkeys a  b", list_head) == "(RevokedHostKeys)");
    // A file with a blank in its name looks the same: if there is one, nobody knows.
    (void)directory.write("one two", "\n");
    CHECK(carried("revokedhostkeys " + one + " two", list_head) == "(RevokedHostKeys)");
}

TEST_CASE("carried settings: lists of algorithms only if somebody set them") {
    const std::string lines = new_head + "kexalgorithms a\nciphers b\nmacs c\n";
    const auto names = [&](const UserSettings& made) {
        std::string result;
        for (const CarriedSetting& setting : settings(lines, made)) {
            if (!is_bound(setting.keyword)) result += setting.keyword + " ";
        }
        return result;
    };
    const std::string all = "KexAlgorithms Ciphers MACs PubkeyAcceptedAlgorithms ";
    CHECK(names({}) == all);  // unknown
    CHECK(names(made_by({"hf.co"})) == "");
    CHECK(names(made_by({"-oKexAlgorithms=a", "hf.co"})) == "KexAlgorithms ");
    CHECK(names(made_by({"-c", "b", "-mc", "hf.co"})) == "Ciphers MACs ");
}

TEST_CASE("user settings: in the blocks that may apply") {
    const hfssh::test::TempDirectory directory;
    const auto kex = [&](const std::string& text) {
        const UserSettings made({}, {"hf-work", "hf.co"},
                                config_files(directory.write("config", text)));
        return made.made("kexalgorithms");
    };
    using Made = UserSettings::Made;
    CHECK(kex("") == Made::no);
    CHECK(kex("KexAlgorithms a\n") == Made::yes);
    CHECK(kex("Host other\nkexalgorithms a\n") == Made::no);
    CHECK(kex("Host hf.*\nkexalgorithms a\n") == Made::yes);
    CHECK(kex("Host hf-work\nkexalgorithms a\n") == Made::yes);
    CHECK(kex("Host * !hf.co !hf-work\nkexalgorithms a\n") == Made::no);
    CHECK(kex("Match exec false\nkexalgorithms a\n") == Made::yes);
    CHECK(kex("Include " + directory.write("policy", "KexAlgorithms a\n") + "\n") == Made::yes);
    CHECK(kex("Include " + directory.path() + "\n") == Made::unknown);
    CHECK(UserSettings().made("kexalgorithms") == Made::unknown);
}

TEST_CASE("carried settings: bounds, if nobody set them") {
    const std::string defaults =
        "connecttimeout none\nserveraliveinterval 0\nserveralivecountmax 3\n";
    CHECK(bounds(defaults, {}) == "30 20 6");
    CHECK(bounds(defaults, made_by({"hf.co"})) == "30 20 6");
    CHECK(bounds("", {}) == "30 20 6");
    CHECK(bounds("connecttimeout 5\nserveraliveinterval 0\nserveralivecountmax 2\n", {}) ==
          "5 20 2");
    CHECK(bounds("connecttimeout none\nserveraliveinterval 60\nserveralivecountmax 3\n", {}) ==
          "30 60 3");
    // With BatchMode Debian's ssh prints an interval that nobody set.
    CHECK(bounds("serveraliveinterval 300\n", made_by({"hf.co"})) == "30 20 6");
    // An explicit 0 or "none" is told from the default by the line that sets it.
    CHECK(bounds(defaults, made_by({"-oServerAliveInterval=0", "hf.co"})) == "30 0 3");
    CHECK(bounds(defaults, made_by({"-oConnectTimeout=none", "hf.co"})) == "none 20 6");
}

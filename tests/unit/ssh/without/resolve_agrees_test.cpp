// Our reading of command lines and configurations against the installed ssh's, as `ssh -G` prints
// it. Deterministic: the same ones every time.

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "hfssh/ssh/without/resolve.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/process.hpp"
#include "hfssh/system/text.hpp"
#include "support/temp_directory.hpp"

using namespace hfssh;
using Texts = std::vector<std::string>;

namespace {

const Texts destinations = {"hf.co",      "HF.co",    "git@hf.co",   "hf-work",
                            "me@hf-work", "a@b@work", "ssh://hf.co", "ssh://git@hf-work:2200"};

const Texts patterns = {"*",       "hf*",      "hf.co",   "HF.*",   "h?.co",
                        "work",    "!work",    "!hf*",    "*.co",   "\"hf-work\"",
                        "'hf.co'", "hf-work",  "nothing", "!*",     "\"!hf.co\"",
                        "*-*",     "!nothing", "w=k",     "# hf.co"};

const Texts conditions = {"all",   "host hf.co",    "exec true", "final all",
                          "FINAL", "canonical all", "final",     "Canonical"};

struct Lines {
    std::string keyword;
    Texts values;
};

const std::vector<Lines> settings = {
    {"HostName", {"hf.co", "HF.co", "%h", "%h.co", "\"hf.co\"", "hf.co # hub", "10.0.0.1", "a b"}},
    {"Port", {"22", "2222", "443", "ssh", "\"80\"", "0", "x", "70000"}},
    {"User", {"git", "\"git\"", "'a b'", "me # I", "r\\\"t"}},
    {"IdentityFile", {"~/.ssh/a", "~/.ssh/%r", "\"/a b\"", "'/c'", "/d#e", "a\\ b", "none"}},
    {"IdentityAgent",
     {"none", "SSH_AUTH_SOCK", "$SOCK", "~/agent", "/run/%h-%n", "/%r/%p/%u/%k", "${HOME}/a",
      "%d/%%/%i", "/%l-%L", "${HFSSH_TEST_UNSET}", "$1"}},
    {"ProxyCommand", {"nc %h %p", "none", "NONE", "= nc \"%h\"", "nc # x", "sh -c 'nc'", "nc \"a"}},
    {"ConnectTimeout", {"5", "1m", "1M30s", "none", "2h5", "x", "1s1"}},
    {"ServerAliveInterval", {"0", "15", "1m", "none", "1w"}},
    {"ServerAliveCountMax", {"0", "3", "9", "-1", "3x"}},
    {"AddressFamily", {"any", "inet", "INET6", "\"inet\"", "ipv4"}},
    {"Compression", {"yes", "no", "YES", "true"}},
    {"SendEnv", {"LANG", "LANG LC_*", "\"A B\" C", "-LC_*", "-*", "A=b", "# x"}},
    {"SetEnv", {"A=1", "A=1 B=2 A=3", "\"C=x y\"", "D='z' # n", "E"}},
    {"AddKeysToAgent", {"yes", "no", "ask"}},
    {"IdentitiesOnly", {"yes", "no"}},
    {"ForwardAgent", {"yes"}},
    {"Ciphers", {"aes256-ctr,aes128-ctr", "aes128-ctr", "+aes128-cbc", "^aes192-ctr", "-aes*"}},
    {"PubkeyAcceptedAlgorithms", {"ssh-ed25519", "ssh-ed25519,rsa-sha2-512", "+ssh-rsa"}},
    {"PubkeyAcceptedKeyTypes", {"rsa-sha2-256"}},
    {"KexAlgorithms", {"curve25519-sha256", "ecdh-sha2-nistp256,curve25519-sha256"}},
    {"RequiredRSASize", {"2048", "4096"}},
};

// The settings that are honoured without ssh.
const Texts compared = {"hostname",      "port",           "user",
                        "identityfile",  "identityagent",  "identitiesonly",
                        "proxycommand",  "connecttimeout", "serveraliveinterval",
                        "addressfamily", "compression",    "serveralivecountmax",
                        "sendenv",       "setenv",         "batchmode"};
// Compared where the configuration limits them: ssh prints its own lists too.
const Texts limits = {"ciphers", "kexalgorithms", "pubkeyacceptedalgorithms", "requiredrsasize"};
constexpr std::string_view own_signatures = "ssh-ed25519,ecdsa-sha2-nistp256,";

class Generator {
  public:
    explicit Generator(unsigned seed) : random_(seed) {}

    std::string configuration(const Texts& includes) {
        std::string text;
        for (std::size_t count = 2 + below(9); count > 0; --count)
            text += line(includes) + (below(8) == 0 ? " \r\n" : "\n");
        return text;
    }

    Texts flags() {
        const Texts some = {"-p2022",
                            "-luser",
                            "-i/dev/null",
                            "-i/nowhere",
                            "-4",
                            "-6",
                            "-C",
                            "-oUser=typed",
                            "-oPort=5",
                            "-o",
                            "HostName=hf.co",
                            "-oIdentityFile=t",
                            "-v",
                            "-q",
                            "-oSendEnv=T",
                            "-oConnectTimeout = 7",
                            "-oProxyCommand nc t",
                            "-Jnone",
                            "-oHostName %h.co"};
        Texts words;
        for (std::size_t count = below(4); count > 0; --count) {
            const std::string& word = some[below(some.size())];
            if (word == "HostName=hf.co") continue;
            words.push_back(word);
            if (word == "-o") words.emplace_back("HostName=hf.co");
        }
        return words;
    }

    const std::string& pick(const Texts& texts) { return texts[below(texts.size())]; }

  private:
    std::size_t below(std::size_t limit) { return random_() % limit; }

    std::string line(const Texts& includes) {
        const std::string indent = pick({"", "", "  ", "\t"});
        switch (below(10)) {
            case 0:
            case 1:
                return indent + keyword("Host") + pick(patterns) + pick({"", " ", "\t* "}) +
                       pick({"", " " + pick(patterns)});
            case 2:
                if (below(4) != 0) return indent + "# " + pick(patterns);
                return indent + keyword("Match") + pick(conditions);
            case 3:
                if (!includes.empty()) return indent + keyword("Include") + pick(includes);
                return indent + "# " + pick(patterns);
            default:
                const Lines& setting = settings[below(settings.size())];
                return indent + keyword(setting.keyword) + usual(setting.values);
        }
    }

    // What ssh stops at is seldom, else little would be left to compare.
    const std::string& usual(const Texts& values) {
        const std::string& value = pick(values);
        return below(4) == 0 ? value : values[below(std::min<std::size_t>(values.size(), 3))];
    }

    std::string keyword(std::string word) {
        for (char& c : word) {
            if (below(5) == 0) c = static_cast<char>(c ^ 0x20);  // the other letter case
        }
        if (below(12) == 0) word = '"' + word + '"';
        return word + pick({" ", " ", "=", " = ", "\t", "  "});
    }

    std::mt19937 random_;
};

Texts values(const ssh::Resolved& resolved, const std::string& keyword) {
    Texts all;
    for (const std::string_view value : resolved.all(keyword)) {
        // A file that -i and a configuration name is there once with us.
        if (keyword == "identityfile" && std::find(all.begin(), all.end(), value) != all.end())
            continue;
        all.emplace_back(value == "SILENT" ? "QUIET" : value);  // Debian's word
    }
    return all;
}

struct Question {
    Texts words;  // flags, destination, flags
    std::string file;
};

// None where ssh refuses.
std::optional<ssh::Resolved> ask_ssh(const std::string& ssh, const Question& question) {
    system::Command command{.file = ssh, .argv = {ssh, "-G", "-F", question.file}};
    command.argv.insert(command.argv.end(), question.words.begin(), question.words.end());
    system::Capture capture(command, system::Capture::Errors::discard);
    const auto result = capture.wait(std::chrono::steady_clock::now() + std::chrono::seconds(20));
    REQUIRE(result.end == system::Capture::Result::End::exited);
    if (!result.succeeded()) return std::nullopt;
    return ssh::read_resolved(result.output);
}

std::variant<ssh::Resolved, ssh::NotHonoured> ask_ourselves(const Question& question) {
    const ssh::Reading reading = ssh::read_command_line(question.words, ssh::TagFlag::plain);
    REQUIRE(std::holds_alternative<ssh::CommandLine>(reading));
    const auto& line = std::get<ssh::CommandLine>(reading);
    return ssh::resolve_without_ssh(line, {}, *line.destination, ssh::config_files(question.file));
}

// What only ssh can tell, or what its versions read differently.
bool may_be_refused(const std::string& text) {
    for (const char* sign : {": Match ", "ciphers -", "after \"ProxyJump none\"", "-J "}) {
        if (text.find(sign) != std::string::npos) return true;
    }
    return false;
}

}  // namespace

TEST_CASE("without ssh: as the installed ssh resolves it") {
    const std::string ssh = system::find_program("ssh");
    if (ssh.empty()) {
        MESSAGE("skipped: no ssh on this machine");
        return;
    }
    const test::TempDirectory directory;
    unsetenv("HFSSH_TEST_UNSET");
    Generator generator(20250611);
    int same = 0, refused = 0, refused_by_both = 0;
    for (int round = 0; round < 200; ++round) {
        const std::string sub = directory.write("sub.conf", generator.configuration({}));
        const std::string main = generator.configuration(
            {sub, "\"" + sub + "\"", directory / "s*.conf", directory / "missing"});
        Question question{generator.flags(), directory.write("config", main)};
        question.words.push_back(generator.pick(destinations));
        for (const std::string& word : generator.flags())
            question.words.push_back(word);

        const auto theirs = ask_ssh(ssh, question);
        const auto ours = ask_ourselves(question);
        const auto* problem = std::get_if<ssh::NotHonoured>(&ours);
        INFO(system::join(question.words, " ") << " under\n"
                                               << main << "and\n"
                                               << directory.read("sub.conf"));
        if (problem != nullptr) {
            INFO(problem->text);
            CHECK((!theirs || may_be_refused(problem->text)));
            ++(theirs ? refused : refused_by_both);
        } else if (theirs) {
            ++same;
            const bool defaults = !std::get<ssh::Resolved>(ours).has("identityfile");
            for (const std::string& keyword : compared) {
                if (keyword == "identityfile" && defaults) continue;  // ssh prints its own
                INFO(keyword);
                std::string printed = system::join(values(*theirs, keyword), "|");
                // By 10.0 and later, for -C.
                if (keyword == "compression" && printed == "UNKNOWN") printed = "yes";
                CHECK(system::join(values(std::get<ssh::Resolved>(ours), keyword), "|") == printed);
            }
            for (const std::string& keyword : limits) {
                const std::string_view limit = std::get<ssh::Resolved>(ours).first(keyword);
                if (limit.empty() || limit.starts_with(own_signatures)) continue;
                CHECK(std::string(limit) == std::string(theirs->first(keyword)));
            }
        }
    }
    MESSAGE("compared " << same << ", refused by us alone " << refused << ", by both "
                        << refused_by_both);
    CHECK(same > 80);  // else this test would show nothing
    CHECK(refused_by_both > 20);
    CHECK(refused < 60);
}

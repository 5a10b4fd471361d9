// Our reading of configuration files against the installed ssh's: never a "no" where `ssh -G`
// resolves a name to hf.co. Deterministic: the same configurations every time.

#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "hfssh/hub/names.hpp"
#include "hfssh/ssh/config/alias_reader.hpp"
#include "hfssh/ssh/config/resolved.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/process.hpp"
#include "support/temp_directory.hpp"

using namespace hfssh;
using Texts = std::vector<std::string>;

namespace {

const Texts hosts = {"hf", "HF", "work", "hf-work", "a.hf.co", "huggingface"};

const Texts patterns = {"*",           "hf",       "HF",      "hf*",    "h?",     "work",
                        "!work",       "!hf*",     "*.co",    "\"hf\"", "'work'", "hf-work",
                        "nothing",     "!*",       "\"!hf\"", "w=k",    "?",      "*.*",
                        "\"hf work\"", "!nothing", "h\\f",    "#",      "# hf"};

const Texts names = {
    "hf.co",      "HF.co",     "hf.co.",    "huggingface.co",     "%h.co",     "%h",
    "\"hf.co\"",  "'hf.co'",   "h\"f.c\"o", "hf.co # hub",        "hf.co#",    "hf.co=",
    "\"hf.co \"", "hf\\.co",   "\"%h\".co", "github.com",         "10.0.0.1",  "=hf.co",
    "%%h.co",     "www.hf.co", "ssh.hf.co", "hugging\"face\".co", "hf.co\\\\", "'hf.co\""};

const Texts conditions = {"all",
                          "host hf",
                          "host *.co",
                          "originalhost work",
                          "exec true",
                          "exec false",
                          "user nobody",
                          "!host hf",
                          "final",
                          "canonical",
                          "final all",
                          "host=hf.co",
                          "host hf,work",
                          "!originalhost hf",
                          "exec \"true\" host h*"};

const Texts plain = {"User git",
                     "Port 2222",
                     "ForwardAgent no",
                     "# HostName hf.co",
                     "",
                     "IdentityFile ~/.ssh/a",
                     "HostKeyAlias hf.co",
                     "CanonicalizeHostname no",
                     "\"HostName hf.co",
                     "ProxyCommand nc hf.co 22",
                     "SendEnv LANG"};

class Generator {
  public:
    explicit Generator(unsigned seed) : random_(seed) {}

    std::string configuration(const Texts& includes) {
        std::string text;
        const std::size_t count = 2 + below(9);
        for (std::size_t i = 0; i < count; ++i)
            text += line(includes) + end();
        if (below(4) == 0 && !text.empty()) text.pop_back();  // a last line without its end
        return text;
    }

  private:
    std::size_t below(std::size_t limit) { return random_() % limit; }
    const std::string& pick(const Texts& texts) { return texts[below(texts.size())]; }

    std::string end() { return below(6) == 0 ? " \r\n" : "\n"; }

    std::string line(const Texts& includes) {
        const std::string indent = pick({"", "", "  ", "\t", " \t ", "=", " = "});
        switch (below(10)) {
            case 0:
            case 1:
                return indent + keyword("Host") + some_patterns();
            case 2:
                return indent + keyword("Match") + pick(conditions);
            case 3:
            case 4:
            case 5:
            case 6:
                return indent + keyword("HostName") + pick(names);
            case 7:
                if (!includes.empty()) return indent + keyword("Include") + pick(includes);
                [[fallthrough]];
            default:
                return indent + pick(plain);
        }
    }

    std::string some_patterns() {
        std::string text = pick(patterns);
        for (std::size_t more = below(3); more > 0; --more)
            text += pick({" ", "\t"}) + pick(patterns);
        return text;
    }

    std::string keyword(std::string word) {
        for (char& c : word) {
            if (below(4) == 0) c = static_cast<char>(c ^ 0x20);  // the other letter case
        }
        if (below(12) == 0) word = '"' + word + '"';
        return word + pick({" ", " ", "=", " = ", "\t", "  =", "= "});
    }

    std::mt19937 random_;
};

// The host name that ssh resolves HOST to; empty where it refuses the configuration.
std::string resolved_name(const std::string& ssh, const std::string& file,
                          const std::string& host) {
    system::Capture capture({ssh, {ssh, "-G", "-F", file, host}}, system::Capture::Errors::discard);
    const auto result = capture.wait(std::chrono::steady_clock::now() + std::chrono::seconds(20));
    REQUIRE(result.end == system::Capture::Result::End::exited);
    if (!result.succeeded()) return {};
    const ssh::Resolved resolved = ssh::read_resolved(result.output);
    INFO(resolved.defect());
    CHECK_FALSE(resolved.malformed());
    return std::string(resolved.first("hostname"));
}

}  // namespace

TEST_CASE("alias: never no where the installed ssh resolves to hf.co") {
    const std::string ssh = system::find_program("ssh");
    if (ssh.empty()) {
        MESSAGE("skipped: no ssh on this machine");
        return;
    }
    const test::TempDirectory directory;
    setenv("SHELL", "/bin/sh", 1);  // Match exec
    int hub = 0, needless = 0, no = 0, refused = 0;
    Generator generator(20240607);
    for (int round = 0; round < 250; ++round) {
        const std::string sub = directory / "sub.conf";
        const std::string leaf = directory / "leaf.conf";
        directory.write("leaf.conf", generator.configuration({}));
        directory.write("sub.conf", generator.configuration({leaf}));
        const std::string main = generator.configuration(
            {sub, leaf, "\"" + sub + "\"", sub + " " + leaf, directory / "s*.conf",
             directory / "[kl]eaf.conf", directory / "missing", directory / "none*"});
        directory.write("config", main);
        for (const std::string& host :
             {hosts[static_cast<std::size_t>(round) % hosts.size()],
              hosts[static_cast<std::size_t>(round + 1) % hosts.size()]}) {
            const std::string name = resolved_name(ssh, directory / "config", host);
            const bool asks =
                ssh::may_be_hub(host, ssh::config_files(directory / "config")).answer ==
                ssh::MayBeHub::ask;
            INFO("host " << host << " -> " << name << " under\n" << main);
            CHECK((asks || !hub::is_hub_name(name)));
            hub += hub::is_hub_name(name) ? 1 : 0;
            refused += name.empty() ? 1 : 0;
            no += asks ? 0 : 1;
            needless += asks && !name.empty() && !hub::is_hub_name(name) ? 1 : 0;
        }
    }
    MESSAGE("hf.co " << hub << ", no " << no << ", asked needlessly " << needless
                     << ", refused by ssh " << refused);
    CHECK(hub > 80);  // else this test would show nothing
    CHECK(no > 80);
}

#include "hfssh/hub/known_hosts.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "support/host_keys.hpp"

using namespace hfssh;
using namespace std::string_view_literals;
using hub::Verdict;
using namespace test;

using Severity = hub::Problem::Severity;

TEST_CASE("a line adds a key only with the literal name") {
    const std::string key = ed25519('a');
    SUBCASE("literally") {
        for (const std::string hosts : {"hf.co", "hf.co,*.example.org", "a,b,hf.co", "!x,hf.co",
                                        "hf.co,10.0.0.1", "hf.co,hf.co"}) {
            CAPTURE(hosts);
            CHECK(verdict(set_of(hosts + " " + key + "\n"), key) == Verdict::trusted);
        }
        const auto set = set_of("# mine\n\n  hf.co\t" + key + " a comment");
        const auto judgement = set.judge("ssh-ed25519", key.substr(key.find(' ') + 1));
        REQUIRE(judgement.verdict == Verdict::trusted);
        CHECK(judgement.match->origin.file == "/f");
        CHECK(judgement.match->origin.line == 3);
    }
    SUBCASE("not otherwise") {
        for (const std::string hosts : {"*",
                                        "h?.co",
                                        "*.co",
                                        "hf.c*",
                                        "HF.CO",
                                        "hf.co.",
                                        "[hf.co]:22",
                                        "[hf.co]",
                                        "xhf.co",
                                        "huggingface.co",
                                        "!hf.co",
                                        "hf.co,!hf.co",
                                        "hf.co,!*",
                                        "!*.co,hf.co",
                                        "hf.co,!HF.co",
                                        "|1|c2FsdHNhbHQ=|aGFzaGhhc2g=",
                                        "example.org",
                                        "\"hf.co\"",
                                        "hf.co;",
                                        ",",
                                        "hf,co",
                                        "ssh.hf.co",
                                        "hf.co:22",
                                        "git@hf.co",
                                        "\xEF\xBB\xBF"
                                        "x,hf.co.",
                                        "hf\\.co"}) {
            CAPTURE(hosts);
            CHECK(verdict(set_of(hosts + " " + key + "\n"), key) == Verdict::not_published);
        }
        const std::string many_stars = "hf.co,!" + std::string(5000, '*');
        CHECK(verdict(set_of(many_stars + " " + key), key) == Verdict::not_published);
    }
}

TEST_CASE("lines that add nothing are named and widen nothing") {
    const std::string good = ed25519('a');
    const std::string broken = "hf.co ssh-ed25519 AAAA";
    const std::vector<std::string> texts = {
        broken,
        "hf.co",
        "hf.co ssh-ed25519",
        "hf.co " + good.substr(0, good.size() - 4),
        "hf.co " + good + "AAAA",
        "hf.co ssh-rsa " + good.substr(good.find(' ') + 1),
        "hf.co 1024 35 1234567890",
        "hf.co ssh-ed25519-cert-v01@openssh.com AAAA",
        "hf.co " + published("ssh-dss"),
        "hf.co " + text_of("ssh-dss", test::dsa_blob('a')),
        "@cert-authority hf.co " + good,
        "@cert-authority * " + good,
        good,
        "command=\"x\" " + good,
    };
    for (const std::string& text : texts) {
        CAPTURE(text);
        const auto read = hub::read_known_hosts("/f", "\n" + text + "\n");
        CHECK(read.additions.empty());
        CHECK(read.revocations.empty());
        REQUIRE(read.problems.size() == 1);
        CHECK(read.problems[0].severity != Severity::fatal);
        CHECK(read.problems[0].where.file == "/f");
        CHECK(read.problems[0].where.line == 2);
        CHECK_FALSE(read.problems[0].text.empty());
        const auto set = set_of(text);
        CHECK(set.known().size() == hub::published_host_keys().size());
        CHECK(verdict(set, good) == Verdict::not_published);
    }
    CHECK(hub::read_known_hosts("/f", broken).problems[0].severity == Severity::broken);
    CHECK(hub::read_known_hosts("/f", texts[10]).problems[0].severity == Severity::broken);
    CHECK(hub::read_known_hosts("/f", "x.org " + good).problems[0].severity ==
          Severity::passed_over);
    // The others of the same file still count.
    CHECK(verdict(set_of(broken + "\nhf.co " + good + "\n"), good) == Verdict::trusted);
}

TEST_CASE("a revocation is read in every shape that is one") {
    const std::string key = published("ssh-ed25519");
    const std::string far = "# " + std::string(300000, 'x') + "\n";
    for (const std::string& text :
         {"@revoked hf.co " + key, "@revoked hf.co " + key + "\n", "@revoked hf.co " + key + "\r\n",
          "@revoked hf.co " + key + "\r", " \t @revoked \t hf.co\t" + key + "\t",
          "@revoked hf.co " + key + " a comment", "@revoked hf.co " + key + " # @revoked",
          "\xEF\xBB\xBF@revoked hf.co " + key, far + "@revoked hf.co " + key,
          "@revoked " + std::string(300000, 'h') + " " + key,
          "@revoked hf.co " + key + " " + std::string(300000, 'c'),
          "\r\n\r\n@revoked hf.co " + key + "\r\n", "#\n@revoked hf.co " + key,
          "# \\\n@revoked hf.co " + key}) {
        CAPTURE(text.substr(0, 200));
        CHECK(verdict(set_of(text), key) == Verdict::revoked);
    }
}

TEST_CASE("a revocation that could be lost is fatal") {
    const std::string key = published("ssh-ed25519");
    const std::string base64 = key.substr(key.find(' ') + 1);
    const std::string rsa = published("ssh-rsa");
    const std::vector<std::string> texts = {
        // the marker
        "@Revoked hf.co " + key,
        "@REVOKED hf.co " + key,
        "@revoke hf.co " + key,
        "@revoked: hf.co " + key,
        "@ revoked hf.co " + key,
        "@revoked,hf.co " + key,
        "@unknown hf.co " + key,
        "@ hf.co " + key,
        "@\xD0\xB5 hf.co " + key,
        "revoked hf.co " + key,
        "\"@revoked\" hf.co " + key,
        "\xC2\xA0@revoked hf.co " + key,
        "@revoked\xC2\xA0hf.co " + key,
        "\xE2\x80\x8B@revoked hf.co " + key,
        "\xEF\xBC\xA0revoked hf.co " + key,
        "x\n\xEF\xBB\xBF@revoked hf.co " + key,
        // its place
        "hf.co @revoked " + key,
        "hf.co " + key + " @revoked",
        "hf.co " + key + " #@Revoked",
        "@cert-authority @revoked hf.co " + key,
        "@revoked @cert-authority hf.co " + key,
        // too little, too much, or something else
        "@revoked",
        "@revoked hf.co",
        "@revoked " + key,
        "@revoked hf.co ssh-ed25519",
        "@revoked hf.co " + base64,
        "@revoked hf.co \\\n" + key,
        "@revoked hf.co ssh-rsa " + base64,
        "@revoked hf.co ssh-ed25519-cert-v01@openssh.com AAAA",
        "@revoked hf.co SHA256:dVjzGIdV7d6cwKIeZiCoRMa2gMvSKfGZAvHf4gMiMao",
        "@revoked hf.co ssh-ed25519 SHA256:dVjzGIdV7d6cwKIeZiCoRMa2gMvSKfGZAvHf4gMiMao",
        "@revoked hf.co " + key + "=",
        "@revoked hf.co " + key + "AAAA",
        "@revoked hf.co " + key.substr(0, key.size() - 1),
        // wrapped by an editor or a mail program
        "@revoked hf.co " + rsa.substr(0, 80) + "\n" + rsa.substr(80),
        "@revoked hf.co " + rsa.substr(0, 80) + " " + rsa.substr(80),
        // lines that are others to an editor than to us
        "# old\r@revoked hf.co " + key,
        "# old\v@revoked hf.co " + key,
        "# old\f@revoked hf.co " + key,
        "# old\xC2\x85@revoked hf.co " + key,
        "# old\xE2\x80\xA8@revoked hf.co " + key,
        "# old\xE2\x80\xA9@revoked hf.co " + key,
        "# old \x1b[2K@revoked hf.co " + key,
        "@revo\bked hf.co " + key,
        "@revoked hf.co " + key + "\r\r\n",
        "# x\x7f\n",
        std::string("#\0@revoked hf.co "sv) + key,
        std::string("\xFF\xFE@\0r\0e\0v\0"sv),
        std::string("hf.co\0 "sv) + key,
    };
    for (const std::string& text : texts) {
        CAPTURE(text);
        const auto built = build("# first\n" + text + "\n# last\n");
        REQUIRE(std::holds_alternative<hub::Problem>(built));
        CHECK(std::get<hub::Problem>(built).severity == Severity::fatal);
        CHECK(std::get<hub::Problem>(built).where.line >= 2);
        CHECK(std::get<hub::Problem>(built).where.line <= 3);
    }
}

TEST_CASE("comments may speak of revocations") {
    const std::string key = ed25519('a');
    CHECK(verdict(set_of("#@revoked hf.co " + key + "\n # @revoked\nhf.co " + key +
                         " the old one is revoked\n"),
                  key) == Verdict::trusted);
}

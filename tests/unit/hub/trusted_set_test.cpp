#include "hfssh/hub/trusted_set.hpp"

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

using Names = std::vector<std::string_view>;

TEST_CASE("without any file the published keys are trusted, less DSA") {
    const auto set = set_of("");
    CHECK(verdict(set, published("ssh-ed25519")) == Verdict::trusted);
    CHECK(verdict(set, published("ecdsa-sha2-nistp256")) == Verdict::trusted);
    CHECK(verdict(set, published("ssh-rsa")) == Verdict::trusted);
    CHECK(verdict(set, published("ssh-dss")) == Verdict::never_accepted);
    CHECK(verdict(set, ed25519('a')) == Verdict::not_published);
    CHECK(verdict(set, text_of("ssh-dss", test::dsa_blob('a'))) == Verdict::never_accepted);
    CHECK(set.acceptable_host_key_algorithms() ==
          Names{"ssh-ed25519", "ecdsa-sha2-nistp256", "rsa-sha2-512", "rsa-sha2-256"});
}

TEST_CASE("what is presented is compared whole") {
    const auto set = set_of("");
    const std::string key = published("ssh-ed25519");
    const std::string base64 = key.substr(key.find(' ') + 1);
    for (std::size_t i = 0; i < base64.size(); ++i) {
        std::string other = base64;
        other[i] = other[i] == 'A' ? 'B' : 'A';
        CHECK(set.judge("ssh-ed25519", other).verdict != Verdict::trusted);
        CHECK(set.judge("ssh-ed25519", base64.substr(0, i)).verdict == Verdict::malformed);
    }
    for (const std::string& other : {base64 + "=", base64 + "AAAA", base64 + "\n", " " + base64}) {
        CHECK(set.judge("ssh-ed25519", other).verdict == Verdict::malformed);
    }
    for (const std::string_view type :
         {""sv, "NONE"sv, "ssh-rsa"sv, "ssh-ed25519 "sv, "SSH-ED25519"sv, "ssh-ed25519\0"sv}) {
        CHECK(set.judge(type, base64).verdict != Verdict::trusted);
    }
    CHECK(set.judge("NONE", "NONE").verdict == Verdict::malformed);
    CHECK(set.judge("ssh-ed25519", "").verdict == Verdict::malformed);
    // A certificate is a key that nobody published, and has a fingerprint to show.
    const std::string type = "ssh-ed25519-cert-v01@openssh.com";
    const auto certificate = set.judge(type, system::base64_encode(test::field(type) + "x"));
    CHECK(certificate.verdict == Verdict::not_published);
    CHECK_FALSE(certificate.fingerprint().empty());
}

TEST_CASE("a revocation wins over everything, under any pattern") {
    const std::string key = published("ssh-ed25519");
    for (const std::string hosts : {"hf.co", "*", "example.org", "!hf.co", "[hf.co]:443", "HF.CO",
                                    "|1|c2FsdHNhbHQ=|aGFzaGhhc2g=", "#", "@revoked"}) {
        CAPTURE(hosts);
        const auto set = set_of("@revoked " + hosts + " " + key + "\nhf.co " + key + "\n");
        CHECK(verdict(set, key) == Verdict::revoked);
        CHECK(verdict(set, published("ssh-rsa")) == Verdict::trusted);
        CHECK(set.acceptable_host_key_algorithms() ==
              Names{"ecdsa-sha2-nistp256", "rsa-sha2-512", "rsa-sha2-256"});
    }
    const std::string added = ed25519('a');
    CHECK(verdict(set_of("hf.co " + added + "\n@revoked hf.co " + added), added) ==
          Verdict::revoked);
    CHECK(verdict(set_of("@revoked hf.co " + published("ssh-dss")), published("ssh-dss")) ==
          Verdict::revoked);
    const auto in_another_file =
        hub::TrustedSet::build({hub::read_known_hosts("/a", "@revoked * " + added),
                                hub::read_known_hosts("/b", "hf.co " + added)});
    CHECK(verdict(std::get<hub::TrustedSet>(in_another_file), added) == Verdict::revoked);
}

TEST_CASE("algorithms follow the types that have a trusted key") {
    const std::string p384 = text_of("ecdsa-sha2-nistp384", test::ecdsa_blob("nistp384", 48, 'a'));
    const std::string sk_type = "sk-ssh-ed25519@openssh.com";
    const std::string sk = text_of(
        sk_type, test::field(sk_type) + test::field(std::string(32, 'a')) + test::field("ssh:"));
    CHECK(set_of("hf.co " + p384 + "\nhf.co " + sk).acceptable_host_key_algorithms() ==
          Names{"ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", sk_type,
                "rsa-sha2-512", "rsa-sha2-256"});

    std::string all;
    for (const hub::HostKey& key : hub::published_host_keys()) {
        all += "@revoked * " + published(key.type) + "\n";
    }
    CHECK(set_of(all).acceptable_host_key_algorithms().empty());
    // A second key of a type keeps the type when the first is revoked.
    const auto replaced =
        set_of("@revoked * " + published("ssh-ed25519") + "\nhf.co " + ed25519('a'));
    CHECK(replaced.acceptable_host_key_algorithms().front() == "ssh-ed25519");
}

TEST_CASE("the set as a file for an older ssh") {
    const std::string added = ed25519('a');
    const std::string revoked = published("ssh-rsa");
    const std::string text =
        set_of("hf.co " + added + "\n@revoked hf.co " + revoked).known_hosts_text();
    CHECK(text.find("* " + added + "\n") != std::string::npos);
    CHECK(text.find("* " + published("ssh-ed25519") + "\n") != std::string::npos);
    CHECK(text.find("@revoked * " + revoked + "\n") != std::string::npos);
    CHECK(text.find("\n* " + revoked) == std::string::npos);
    CHECK(text.find("ssh-dss") == std::string::npos);
}

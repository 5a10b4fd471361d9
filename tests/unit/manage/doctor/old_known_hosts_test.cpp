#include "manage/doctor/old_known_hosts.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "hfssh/system/encode.hpp"
#include "hfssh/system/hmac.hpp"
#include "support/host_keys.hpp"

using namespace hfssh;
using namespace test;

namespace {

const std::vector<std::string> names = {"hf.co", "huggingface.co", "[hf.co]:2222"};

manage::PlainKnownHosts read(const std::string& text, const std::string& trusted = "") {
    return manage::read_plain_known_hosts(text, names, set_of(trusted));
}

// The name and the line number of each line that is wrong.
std::string old_lines(const std::string& text, const std::string& trusted = "") {
    std::string found;
    for (const auto& line : read(text, trusted).old) {
        found += std::to_string(line.number) + ":" + line.name + " ";
    }
    return found;
}

std::string hashed(const std::string& host) {
    const std::string salt(20, 's');
    return "|1|" + system::base64_encode(salt) + "|" +
           system::base64_encode(system::hmac_sha1(salt, host));
}

}  // namespace

TEST_CASE("HMAC-SHA1 as RFC 2202 has it") {
    CHECK(system::base64_encode(system::hmac_sha1("Jefe", "what do ya want for nothing?")) ==
          "7/zfauXrL6LSdBbV8YTfnCWafHk=");
}

TEST_CASE("the published keys are good, DSA alone is not") {
    for (const char* type : {"ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"}) {
        const auto found = read("hf.co " + published(type) + "\n");
        CHECK(found.good == 1);
        CHECK(found.old.empty());
    }
    const auto found = read("hf.co " + published("ssh-dss") + " comment\n");
    CHECK(found.good == 0);
    REQUIRE(found.old.size() == 1);
    CHECK(found.old[0].text.find("DSA key, too weak") != std::string::npos);
}

TEST_CASE("a key that nobody published, under each way to name the host") {
    const std::string key = " " + ed25519('a') + "\n";
    CHECK(old_lines("hf.co" + key) == "1:hf.co ");
    CHECK(old_lines("# a comment\n\nHF.co" + key) == "3:hf.co ");
    CHECK(old_lines("huggingface.co" + key) == "1:huggingface.co ");
    CHECK(old_lines("[hf.co]:2222" + key) == "1:[hf.co]:2222 ");
    CHECK(old_lines("[hf.co]:2223" + key).empty());
    CHECK(old_lines("github.com,hf.co,10.0.0.1" + key) == "1:hf.co ");
    CHECK(old_lines("hf.co\t" + ed25519('a') + "\r\n") == "1:hf.co ");
    CHECK(old_lines(hashed("hf.co") + key) == "1:hf.co ");
    CHECK(old_lines(hashed("huggingface.co") + key) == "1:huggingface.co ");
    CHECK(old_lines(hashed("github.com") + key).empty());
    CHECK(old_lines("|1|x|y" + key).empty());
    CHECK(old_lines("|2|" + hashed("hf.co").substr(3) + key).empty());
    CHECK(old_lines("github.com,gitlab.com" + key).empty());
    CHECK(old_lines("ssh.hf.space" + key).empty());
}

TEST_CASE("what ssh-keygen -R would not take, or not alone, has no name") {
    const std::string key = " " + ed25519('a') + "\n";
    CHECK(old_lines("*" + key) == "1: ");
    CHECK(old_lines("*.co" + key) == "1: ");
    CHECK(old_lines("*,!hf.co,!hugging*,![*" + key).empty());
    CHECK(old_lines("@cert-authority *" + key) == "1: ");
    CHECK(old_lines("@cert-authority github.com" + key).empty());
}

TEST_CASE("@revoked of plain ssh") {
    CHECK(old_lines("@revoked hf.co " + published("ssh-ed25519") + "\n") == "1: ");
    CHECK(old_lines("@revoked hf.co " + ed25519('a') + "\n").empty());
}

TEST_CASE("the trusted set decides, with what was added and revoked") {
    const std::string key = ed25519('a');
    CHECK(old_lines("hf.co " + key + "\n", "hf.co " + key + "\n").empty());
    const std::string published_key = published("ssh-ed25519");
    CHECK(old_lines("hf.co " + published_key + "\n", "@revoked * " + published_key + "\n") ==
          "1:hf.co ");
}

TEST_CASE("what ssh cannot read is passed over") {
    for (const char* text :
         {"", "\n", "hf.co", "hf.co ssh-ed25519", "hf.co ssh-ed25519 AAAA", "@revoked",
          "@revoked hf.co ssh-ed25519", "hf.co nonsense nonsense", "hf.co ssh-rsa 2048 35 1234"}) {
        CAPTURE(text);
        const auto found = read(text);
        CHECK(found.good == 0);
        CHECK(found.old.empty());
    }
}

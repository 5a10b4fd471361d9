#include "hfssh/ssh/closed/refusal.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <variant>

#include "hfssh/hub/server_key.hpp"
#include "hfssh/system/encode.hpp"
#include "hfssh/system/text.hpp"
#include "support/host_keys.hpp"

using namespace hfssh;

namespace {

hub::TrustedSet set_of(const std::string& text) {
    return std::get<hub::TrustedSet>(
        hub::TrustedSet::build({hub::read_known_hosts("/f/known_hosts", text)}));
}

std::string refusal(const hub::TrustedSet& set, std::string_view type, const std::string& base64) {
    return ssh::explain_refusal(set, set.judge(type, base64)).text;
}

// As on a terminal: with the prefix, and the hint.
std::size_t lines_of(const ssh::Refusal& refusal) {
    std::size_t count = 1;  // the hint
    for (const std::string_view line : system::lines(refusal.text)) {
        ++count;
        CHECK(line.size() + 8 <= 80);
    }
    CHECK(refusal.hint.size() + 6 <= 80);
    return count;
}

std::string last_lines(const std::string& text) {
    return text.substr(text.rfind("REFUSED"));
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a key that is not published") {
    const std::string blob = test::ed25519_blob('a');
    const std::string base64 = system::base64_encode(blob);
    const auto set = set_of("hf.co " + test::ed25519('b'));
    const std::string text = refusal(set, "ssh-ed25519", base64);

    CHECK(last_lines(text) ==
          "REFUSED: hf.co presented a key that Hugging Face has not published;\n"
          "nothing of yours was sent");
    CHECK(text.starts_with("presented  ED25519 " + system::fingerprint(blob) + "\n"));
    // The published key of that type, and no other.
    for (const hub::HostKey& key : hub::published_host_keys()) {
        CHECK(has(text, std::string(key.fingerprint)) == (key.type == "ssh-ed25519"));
    }
    // `git hf-ssh host-keys` has what was added.
    CHECK_FALSE(has(text, "added"));
    CHECK(has(text, "captive portal"));
    CHECK(has(text, "https://huggingface.co/docs/hub/security-git-ssh"));
    SUBCASE("nothing that would trust the key when pasted") {
        CHECK_FALSE(has(text, base64));
        for (const char* word : {"ssh-keygen", "known_hosts <", ">>", "echo ", "host-keys add",
                                 "StrictHostKeyChecking", "ssh-keyscan"}) {
            CHECK_FALSE(has(text, word));
        }
    }
}

TEST_CASE("a revoked key names the line that revokes it") {
    const auto& key = hub::published_host_keys()[0];
    const auto set = set_of("# reason\n@revoked * " + std::string(key.type) + " " +
                            std::string(key.base64) + "\n");
    const std::string text = refusal(set, key.type, std::string(key.base64));
    CHECK(last_lines(text) ==
          "REFUSED: hf.co presented a key that is revoked;\nnothing of yours was sent");
    CHECK(has(text, "presented  ED25519 " + std::string(key.fingerprint) +
                        "\nrevoked in /f/known_hosts:2\n"));
}

TEST_CASE("DSA and what is not a key have their own verdict") {
    const auto set = set_of("");
    const auto& dsa = hub::published_host_keys()[3];
    CHECK(has(refusal(set, dsa.type, std::string(dsa.base64)),
              "REFUSED: hf.co presented a DSA key, which is never accepted;\n"));
    CHECK(has(refusal(set, "ssh-ed25519", "AAAA!"),
              "REFUSED: hf.co presented something that is not a host key;\n"));
    CHECK(has(refusal(set, "NONE", "NONE!"), "presented  (unreadable)\nof type    NONE\n"));
}

TEST_CASE("every refusal fits next to git's own lines") {
    const auto& published = hub::published_host_keys()[0];
    std::string text =
        "@revoked * " + std::string(published.type) + " " + std::string(published.base64) + "\n";
    for (const char seed : {'b', 'c', 'd'})
        text += "hf.co " + test::ed25519(seed) + "\n";
    const auto set = set_of(text);
    const std::string unknown = system::base64_encode(test::ed25519_blob('a'));
    for (const auto& [type, base64] :
         {std::pair<std::string_view, std::string>{"ssh-ed25519", unknown},
          {published.type, std::string(published.base64)},
          {"ssh-dss", std::string(hub::published_host_keys()[3].base64)},
          {std::string_view("x\x1b\n"), unknown}}) {
        const auto refusal = ssh::explain_refusal(set, set.judge(type, base64));
        CHECK(lines_of(refusal) <= 10);
        CHECK(has(refusal.hint, ": git hf-ssh "));
        // As the parent words it, from what the helper reported.
        CHECK(ssh::explain_refusal(set, {ssh::Report::refused, std::string(type), base64}).text ==
              refusal.text);
    }
    CHECK(lines_of(ssh::explain_refusal(set, {ssh::Report::refused, {}, {}})) <= 10);
    const auto key = hub::read_server_key("ssh-ed25519", unknown);
    CHECK(lines_of(ssh::explain_revoked_by("/etc/ssh/revoked", std::get<hub::ServerKey>(key))) <=
          10);
}

TEST_CASE("what an ssh without a helper says becomes our explanation") {
    const hub::TrustedSet set = set_of("");
    const ssh::Refusal changed = ssh::explain_banner(
        set,
        "@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\n"
        "The fingerprint for the ED25519 key sent by the remote host is\nSHA256:abc.\n"
        "  ssh-keygen -f \"/run/x\" -R \"hf.co\"\nHost key verification failed.\n");
    CHECK(changed.text.starts_with("presented  ED25519 SHA256:abc\n"));
    CHECK(changed.text.find("REFUSED: hf.co presented a key") != std::string::npos);
    CHECK(changed.text.find("ssh-keygen") == std::string::npos);
    const ssh::Refusal revoked =
        ssh::explain_banner(set, "The ED25519 host key for hf.co is marked as revoked.\n");
    CHECK(revoked.text.find("REFUSED: hf.co presented a key that is revoked") != std::string::npos);
}

TEST_CASE("RevokedHostKeys: a list of public keys") {
    const std::string line = test::ed25519('a');
    const std::string blob = test::ed25519_blob('a');
    CHECK(ssh::names_key(line, blob));
    CHECK(ssh::names_key("# a comment\n\n  " + line + " a comment\r\n", blob));
    CHECK_FALSE(ssh::names_key("# " + line, blob));
    CHECK_FALSE(ssh::names_key("", blob));
    CHECK_FALSE(ssh::names_key("nonsense\n", blob));
}

TEST_CASE("a type from outside can't write to the terminal") {
    const auto set = set_of("");
    const std::string text =
        refusal(set, "x\x1b[2J\n\r\thf-ssh: ok" + std::string(1000, 'y'), "AAAA");
    CHECK(has(text, "x\\x1b[2J\\x0a\\x0d\\x09hf-ssh: ok"));
    CHECK(text.size() < 2000);
    for (const char c : text)
        CHECK((c == '\n' || c >= ' '));
}

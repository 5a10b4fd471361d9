#include "hfssh/ssh/closed/refusal.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <variant>

#include "hfssh/hub/host_keys.hpp"
#include "hfssh/system/encode.hpp"
#include "support/host_keys.hpp"

using namespace hfssh;

namespace {

hub::TrustedSet set_of(const std::string& text) {
    return std::get<hub::TrustedSet>(
        hub::TrustedSet::build({hub::read_known_hosts("/f/known_hosts", text)}));
}

std::string refusal(const hub::TrustedSet& set, std::string_view type, const std::string& base64) {
    return ssh::explain_refusal(set, set.judge(type, base64));
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

std::string first_line(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

}  // namespace

TEST_CASE("a key that is not published") {
    const std::string blob = test::ed25519_blob('a');
    const std::string base64 = system::base64_encode(blob);
    const auto set = set_of("hf.co " + test::ed25519('b'));
    const std::string text = refusal(set, "ssh-ed25519", base64);

    CHECK(first_line(text) ==
          "REFUSED: hf.co presented a key that Hugging Face has not published; "
          "nothing of yours was sent");
    CHECK(has(text, "  presented  " + system::fingerprint(blob) + " (ED25519)\n"));
    for (const hub::HostKey& key : hub::published_host_keys()) {
        CHECK(has(text, "  published  " + std::string(key.fingerprint) + " ("));
    }
    CHECK(has(text, " (DSA - deprecated), never accepted\n"));
    CHECK(has(text, "  added      " + system::fingerprint(test::ed25519_blob('b')) +
                        " (ED25519), /f/known_hosts:1\n"));
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
    CHECK(first_line(text) ==
          "REFUSED: hf.co presented a key that is revoked; nothing of yours was sent");
    CHECK(has(text, "  presented  " + std::string(key.fingerprint) +
                        " (ED25519), revoked in /f/known_hosts:2\n"));
    CHECK(has(text, "  published  " + std::string(key.fingerprint) +
                        " (ED25519), revoked in /f/known_hosts:2\n"));
}

TEST_CASE("DSA and what is no key have their own first line") {
    const auto set = set_of("");
    const auto& dsa = hub::published_host_keys()[3];
    CHECK(first_line(refusal(set, dsa.type, std::string(dsa.base64))) ==
          "REFUSED: hf.co presented a DSA key, which is never accepted; "
          "nothing of yours was sent");
    CHECK(first_line(refusal(set, "ssh-ed25519", "AAAA!")) ==
          "REFUSED: hf.co presented something that is not a host key; nothing of yours was sent");
    CHECK(has(refusal(set, "NONE", "NONE!"), "  presented  (unreadable) (NONE)\n"));
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

#include "hfssh/manage/hostkeys/asking.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "support/host_keys.hpp"

using namespace hfssh;
using namespace test;
using manage::Check;
using native::PresentedKey;
using Outcome = PresentedKey::Outcome;
using Result = Check::Result;

namespace {

// KEY is "TYPE BASE64".
PresentedKey presented(const std::string& key, Outcome outcome = Outcome::proven) {
    const auto blank = key.find(' ');
    PresentedKey found;
    found.outcome = outcome;
    found.type = key.substr(0, blank);
    const auto read = hub::read_server_key(found.type, key.substr(blank + 1));
    found.key = std::get<hub::ServerKey>(read);
    return found;
}

PresentedKey unread(const std::string& type, Outcome outcome, const std::string& text) {
    PresentedKey found;
    found.outcome = outcome;
    found.type = type;
    found.text = text;
    return found;
}

Check judge(const std::vector<PresentedKey>& keys, const std::string& trusted = "") {
    native::PresentedKeys all;
    all.reached = true;
    all.keys = keys;
    const hub::TrustedSet set = set_of(trusted);
    std::vector<std::string> algorithms;
    for (const auto algorithm : set.acceptable_host_key_algorithms())
        algorithms.emplace_back(algorithm);
    return manage::judge_host_keys(all, set, algorithms);
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

const std::string ed25519_key = published("ssh-ed25519");
const std::string ecdsa_key = published("ecdsa-sha2-nistp256");
const std::string rsa_key = published("ssh-rsa");
const std::string dsa_key = published("ssh-dss");

}  // namespace

TEST_CASE("the published keys, all of them or some") {
    for (const auto& keys : std::vector<std::vector<PresentedKey>>{
             {presented(ed25519_key), presented(ecdsa_key), presented(rsa_key), presented(dsa_key)},
             {presented(rsa_key)},
             {presented(ecdsa_key, Outcome::presented)}}) {
        const Check check = judge(keys);
        CHECK(check.name == "host-keys");
        CHECK(check.result == Result::ok);
        CHECK(check.fix.empty());
    }
    CHECK(has(judge({presented(ed25519_key), presented(dsa_key)}).found, "DSA"));
}

TEST_CASE("one key that nobody published is a refusal, whatever its type") {
    for (const std::string& foreign :
         {ed25519('a'), text_of("ssh-rsa", rsa_blob('a')),
          text_of("ecdsa-sha2-nistp384", ecdsa_blob("nistp384", 48, 'a'))}) {
        CAPTURE(foreign);
        const Check check = judge({presented(ecdsa_key), presented(foreign)});
        CHECK(check.result == Result::failure);
        CHECK(has(check.found, "not published by Hugging Face"));
        CHECK(has(check.why, "REFUSED: hf.co presented a key that Hugging Face has not"));
        CHECK_FALSE(check.fix.empty());
    }
}

TEST_CASE("an added key is as good") {
    const Check check = judge({presented(ed25519('a'))}, "hf.co " + ed25519('a') + "\n");
    CHECK(check.result == Result::ok);
    CHECK(has(check.found, "added in /f:1"));
}

TEST_CASE("a revoked key is a failure where ssh would ask for it") {
    // Of a type that has another trusted key: ssh asks for it.
    const std::string both = "hf.co " + ed25519('a') + "\n@revoked * " + ed25519_key + "\n";
    const Check used = judge({presented(ed25519_key), presented(ecdsa_key)}, both);
    CHECK(used.result == Result::failure);
    CHECK(has(used.found, "revoked in /f:2"));
    CHECK(has(used.why, "a key that is revoked"));
    CHECK(has(used.fix, "ask who wrote /f:2"));
    // Of a type that has none: ssh asks for the next.
    const Check unused =
        judge({presented(ed25519_key), presented(ecdsa_key)}, "@revoked * " + ed25519_key + "\n");
    CHECK(unused.result == Result::warning);
    CHECK(has(unused.why, "still served"));
    CHECK(has(unused.fix, "/f:1"));
    CHECK(has(unused.found, "revoked in /f:1, not asked for"));
    // And where there is no next one, there is no connection.
    const Check none = judge({presented(ed25519_key)}, "@revoked * " + ed25519_key + "\n");
    CHECK(none.result == Result::failure);
    CHECK(has(none.why, "none of these types"));
}

TEST_CASE("DSA alone") {
    CHECK(judge({presented(dsa_key)}).result == Result::failure);
}

TEST_CASE("keys that could not be looked at") {
    CHECK(judge({presented(ed25519_key), presented(rsa_key, Outcome::false_proof)}).result ==
          Result::failure);
    CHECK(judge({presented(ed25519_key), unread("ssh-rsa", Outcome::unreadable, "why")}).result ==
          Result::failure);
    const Check failed =
        judge({presented(ed25519_key), unread("ssh-rsa", Outcome::failed, "timed out")});
    CHECK(failed.result == Result::warning);
    CHECK(has(failed.found, "RSA: timed out"));
    CHECK(judge({presented(ed25519_key),
                 unread("ssh-ed25519-cert-v01@openssh.com", Outcome::not_checked, "why")})
              .result == Result::ok);
    CHECK(judge({}).result == Result::failure);
}

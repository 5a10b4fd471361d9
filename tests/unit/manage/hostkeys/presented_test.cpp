#include "manage/hostkeys/hostkeys.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "support/host_keys.hpp"

using namespace hfssh;
using native::PresentedKey;
using Kind = manage::Standing::Kind;
using Outcome = PresentedKey::Outcome;

namespace {

hub::ServerKey ed25519_key(char seed) {
    return {"ssh-ed25519", test::ed25519_blob(seed)};
}

PresentedKey presented(Outcome outcome, const hub::ServerKey& key) {
    return {outcome, key.type, key, outcome == Outcome::proven ? "" : "why", {}};
}

}  // namespace

TEST_CASE("what a presented key is worth") {
    const hub::TrustedSet set =
        test::set_of("hf.co " + test::ed25519('a') + "\n@revoked * " + test::ed25519('r') + "\n");
    const hub::ServerKey dsa{"ssh-dss", test::dsa_blob('d')};
    struct Row {
        PresentedKey key;
        Kind kind;
    };
    for (const Row& row : std::vector<Row>{
             {presented(Outcome::proven, ed25519_key('a')), Kind::trusted},
             {presented(Outcome::presented, ed25519_key('a')), Kind::trusted},
             {presented(Outcome::proven, ed25519_key('b')), Kind::not_trusted},
             {presented(Outcome::presented, ed25519_key('b')), Kind::not_trusted},
             {presented(Outcome::proven, ed25519_key('r')), Kind::not_trusted},
             {presented(Outcome::false_proof, ed25519_key('a')), Kind::not_trusted},
             {presented(Outcome::proven, dsa), Kind::passed_over},
             {{Outcome::unreadable, "ssh-ed25519", {}, "why", {}}, Kind::not_trusted},
             {{Outcome::not_checked, "ssh-ed25519-cert", {}, "why", {}}, Kind::passed_over},
             {{Outcome::not_offered, "ssh-rsa", {}, "why", {}}, Kind::passed_over},
             {{Outcome::failed, "ssh-ed25519", {}, "why", {}}, Kind::unknown},
             {{Outcome::failed, "ssh-ed25519", ed25519_key('a'), "why", {}}, Kind::unknown},
             {{Outcome::proven, "ssh-ed25519", {}, "", {}}, Kind::unknown},
         }) {
        CAPTURE(static_cast<int>(row.key.outcome));
        const manage::Standing standing = manage::standing_of(set, row.key);
        CHECK(standing.kind == row.kind);
        CHECK_FALSE(standing.text.empty());
        const bool said = standing.text.find("trusted") == 0;
        CHECK(said == (row.kind == Kind::trusted));
    }
}

TEST_CASE("names of types") {
    CHECK(manage::type_label("ssh-ed25519") == "ED25519");
    CHECK(manage::type_label("ssh-new\x1b[2J") == "ssh-new\\x1b[2J");
    CHECK(manage::type_label(std::string(1000, 'x')).size() == 60);
}

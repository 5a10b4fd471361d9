#pragma once

#include <string>

#include "hfssh/hub/trusted_set.hpp"
#include "hfssh/manage/report/report.hpp"
#include "hfssh/native/line/place.hpp"
#include "hfssh/native/session/presented_keys.hpp"

// What hf.co, or whoever answers for it, presents.
namespace hfssh::manage {

struct HubPresents {
    native::Place place;
    native::PresentedKeys presented;
};

// Connects where hf-ssh would for git@hf.co, once for each type of host key that is offered;
// nothing of the person's is sent. Throws a system::Failure where there is no connection.
[[nodiscard]] HubPresents look_at_hub();

// What a presented key is worth to hf-ssh. Pure.
struct Standing {
    enum class Kind {
        trusted,
        passed_over,  // hf-ssh never asks for it: DSA, a certificate
        not_trusted,  // not published, revoked, or none that could be read or was proven
        unknown,      // the connection did not get that far
    };
    Kind kind = Kind::unknown;
    hub::Judgement judgement;  // of the key, where there is one
    std::string text;          // for a person, printable
};
[[nodiscard]] Standing standing_of(const hub::TrustedSet& set, const native::PresentedKey& key);

// "ED25519"; the type itself where it has no such name, printable.
[[nodiscard]] std::string type_label(const std::string& type);

// One record of the list NAME.
void describe_presented(const hub::TrustedSet& set, const native::PresentedKey& key,
                        const std::string& name, Report& report);

}  // namespace hfssh::manage

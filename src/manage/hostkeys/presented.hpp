#pragma once

#include <string>

#include "hfssh/hub/trusted_set.hpp"
#include "hfssh/manage/hostkeys/asking.hpp"
#include "hfssh/manage/report/report.hpp"
#include "hfssh/native/session/presented_keys.hpp"

// What is presented for hf.co, judged and reported.
namespace hfssh::manage {

struct HubPresents {
    std::string host;  // printable, and where the connection went
    std::string port;
    std::string proxy_command;  // empty: none
    bool native = false;        // libssh2 was asked, not ssh
    native::PresentedKeys presented;
};

// Asks for TYPES where hf-ssh would connect for git@hf.co. Throws a system::Failure if there is no
// connection.
[[nodiscard]] HubPresents look_at_hub(const hub::TrustedSet& set,
                                      const std::vector<native::AskedType>& types);

// What a presented key is worth to hf-ssh. Pure.
struct Standing {
    enum class Kind {
        trusted,
        passed_over,  // hf-ssh does not ask for it here, or the server does not have it
        not_trusted,  // not published, revoked, not readable or not proven
        unknown,      // the connection did not get that far
    };
    Kind kind = Kind::unknown;
    hub::Judgement judgement;  // of the key, if there is one
    std::string text;          // printable
};
[[nodiscard]] Standing standing_of(const hub::TrustedSet& set, const native::PresentedKey& key);

// "ED25519"; the printable type itself if it has no such name.
[[nodiscard]] std::string type_label(const std::string& type);

// The keys that were presented, or should have been, without the types that the server lacks.
[[nodiscard]] std::vector<native::PresentedKey> offered(const native::PresentedKeys& presented);

// One record of the list NAME.
void describe_presented(const hub::TrustedSet& set, const native::PresentedKey& key,
                        const std::string& name, Report& report);

}  // namespace hfssh::manage

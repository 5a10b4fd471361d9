#pragma once

#include "hfssh/transport/selection.hpp"

namespace hfssh::manage {

// Which link it is that leaves hf-ssh without a key to offer: the doctor names the one, and what
// merely follows from it is no failure of its own.
enum class NoKey {
    chosen,           // there is one
    none_here,        // no key at all
    exposed,          // others may read its file
    wrong_type,       // DSA, short RSA
    no_agent_has_it,  // an agent is configured, and does not have the key of which the .pub is here
    as_named,         // what names the key leads to none
};

[[nodiscard]] NoKey why_no_key(const transport::Survey& survey);  // pure

}  // namespace hfssh::manage

#pragma once

#include <string>

#include "hfssh/hub/trusted_set.hpp"

namespace hfssh::ssh {

// Why a presented host key was refused, for system::say: several lines, printable, the first of
// them "REFUSED: …". Names what was presented and what would have been accepted, what it may mean
// and where to compare, and no command that would trust the presented key. Pure.
// JUDGEMENT is SET's own and not `trusted`.
[[nodiscard]] std::string explain_refusal(const hub::TrustedSet& set,
                                          const hub::Judgement& judgement);

}  // namespace hfssh::ssh

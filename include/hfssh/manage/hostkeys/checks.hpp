#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hfssh/hub/trusted_set.hpp"
#include "hfssh/manage/report/check.hpp"
#include "hfssh/native/session/presented_keys.hpp"

namespace hfssh::manage {

// The check "host-keys": every host key that was presented, against the trusted set. ALGORITHMS are
// those that ssh would ask for, best first (ssh_config(5), HostKeyAlgorithms): what they lead to
// decides whether a revoked key is in use. Pure.
[[nodiscard]] Check judge_host_keys(const native::PresentedKeys& presented,
                                    const hub::TrustedSet& trusted,
                                    const std::vector<std::string>& algorithms);

}  // namespace hfssh::manage

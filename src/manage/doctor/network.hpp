#pragma once

#include "hfssh/manage/report/check.hpp"
#include "hfssh/native/line/addresses.hpp"

namespace hfssh::manage {

// The checks "dns", "ipv4" and "ipv6": what came of looking at the addresses of a place without a
// proxy. A family that neither this machine nor the place has is as it should be, as long as the
// other one serves. Pure.
[[nodiscard]] Checks judge_addresses(const transport::Place& place,
                                     const native::AddressReport& report);

}  // namespace hfssh::manage

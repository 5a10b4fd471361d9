#pragma once

#include "hfssh/ssh/words/underlying.hpp"

namespace hfssh::transport {

// Why UNDERLYING cannot be run, and what helps: throws a system::Failure. Only where it does not
// run().
[[noreturn]] void report_unusable(const ssh::Underlying& underlying);

}  // namespace hfssh::transport

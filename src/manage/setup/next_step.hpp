#pragma once

namespace hfssh::manage {

// On standard error: the keys there are and the accounts they are known to belong to, in a line,
// and the one thing to do next. Nothing where that cannot be told.
void tell_next_step();

}  // namespace hfssh::manage

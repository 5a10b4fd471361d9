#pragma once

#include "hfssh/system/failure.hpp"

namespace hfssh::native {

// This transport cannot do what it is asked, whatever the server says: explained in full, with a
// fix, so that no other message is needed.
class Unusable : public system::Failure {
  public:
    using system::Failure::Failure;
};

}  // namespace hfssh::native

#pragma once

#include "hfssh/hub/wire.hpp"

// The former home of hub/wire.hpp.
namespace hfssh::identity {
using hub::wire_integer;
using hub::wire_string;
using hub::wire_uint32;
using hub::WireReader;
}  // namespace hfssh::identity

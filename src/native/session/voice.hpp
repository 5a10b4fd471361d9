#pragma once

#include <string>

#include "hfssh/native/session/order.hpp"

// What a session says on standard error, as loud as ORDER wants it.
namespace hfssh::native {

// Why it ends: in ssh's own words where others read them, and not where it is to be quiet. Always
// false.
bool fail(const Order& order, const std::string& text);

// A step on the way: with -v, and in a trace.
void tell(const Order& order, const std::string& text);

}  // namespace hfssh::native

#pragma once

#include "hfssh/manage/context/surroundings.hpp"

// What the user can do if a key is not the right one.
namespace hfssh::manage {

// Another key here that hf.co is known to know, preferably of the namespace; null if there is
// none.
[[nodiscard]] const identity::Candidate* better_key(const Connection& connection);

// hf.co greeted the key as anonymous: which it is, and what fixes that, on standard error.
void explain_anonymous(const Connection& connection);

}  // namespace hfssh::manage

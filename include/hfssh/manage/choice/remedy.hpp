#pragma once

#include <string>

#include "hfssh/hub/repository.hpp"
#include "hfssh/manage/context/surroundings.hpp"

// What a person may do where a key is not the right one.
namespace hfssh::manage {

// Another key here that hf.co is known to know, best one of the namespace; null where there is
// none.
[[nodiscard]] const identity::Candidate* better_key(const Connection& connection);

// "git hf-ssh use ~/.ssh/id_work --for acme"
[[nodiscard]] std::string use_command(const identity::Candidate& candidate,
                                      const std::optional<hub::Repository>& repository);

// hf.co greeted the key as anonymous: which it is, and what mends that, on standard error.
void explain_anonymous(const Connection& connection);

}  // namespace hfssh::manage

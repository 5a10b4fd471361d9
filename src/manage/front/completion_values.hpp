#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "completion.hpp"

namespace hfssh::manage {

// Possible values: see Declared::what, of which WHAT is one alternative.
struct Values {
    std::vector<Offer> offers;
    bool files = false;  // and any file besides
};

// TYPED decides how paths are written, nothing else: "/home/me/.ssh/id_rsa" or "~/.ssh/id_rsa".
[[nodiscard]] Values values_of(std::string_view what, const std::string& typed);

// Is WHAT one that values_of() knows, or known to be free text? Pure.
[[nodiscard]] bool is_known_value(std::string_view what);

}  // namespace hfssh::manage

#include "hfssh/hub/names.hpp"

#include "hfssh/system/text.hpp"

namespace hfssh::hub {

bool is_hub_name(std::string_view name) {
    if (name.ends_with('.')) name.remove_suffix(1);
    return system::equal_ignoring_case(name, host) ||
           system::equal_ignoring_case(name, "huggingface.co");
}

}  // namespace hfssh::hub

#include "netrc.hpp"

#include "hfssh/system/text.hpp"

namespace hfssh::manage {
namespace {

bool takes_value(std::string_view token) {
    return token == "machine" || token == "login" || token == "password" || token == "account";
}

}  // namespace

std::vector<std::string> netrc_hosts(std::string_view text) {
    std::vector<std::string> hosts;
    std::string_view open;  // the token whose value comes next, on this line or a later one
    bool in_macro = false;
    for (const std::string_view line : system::lines(text)) {
        if (in_macro) {  // up to an empty line
            in_macro = !system::trim(line).empty();
            continue;
        }
        for (const std::string_view word : system::words(system::trim(line))) {
            if (!open.empty()) {
                if (open == "machine") hosts.emplace_back(word);
                open = {};
            } else if (word.starts_with('#')) {
                break;
            } else if (word == "macdef") {
                in_macro = true;
                break;
            } else if (takes_value(word)) {
                open = word;
            }
        }
    }
    return hosts;
}

}  // namespace hfssh::manage

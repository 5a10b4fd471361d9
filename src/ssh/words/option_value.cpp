#include "hfssh/ssh/words/option_value.hpp"

namespace hfssh::ssh {

std::optional<std::string> quote_argument(std::string_view value, Escapes escapes) {
    constexpr std::string_view plain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%+:,./_-~$*?";
    if (!value.empty() && value.find_first_not_of(plain) == std::string_view::npos) {
        return std::string(value);
    }
    if (escapes == Escapes::none && value.find('"') != std::string_view::npos) return std::nullopt;
    std::string result = "\"";
    for (const char c : value) {
        // Before 8.7 a backslash is itself.
        if (escapes == Escapes::backslash && (c == '"' || c == '\\')) result += '\\';
        result += c;
    }
    return result + "\"";
}

std::string double_percent(std::string_view value) {
    std::string result;
    for (const char c : value) {
        if (c == '%') result += '%';
        result += c;
    }
    return result;
}

bool names_variable(std::string_view value) {
    return value.find("${") != std::string_view::npos;
}

}  // namespace hfssh::ssh

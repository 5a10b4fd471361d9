#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// How a value has to be written so that ssh(1), given it as "-o Keyword=value", reads the same
// value back (ssh_config(5), "Arguments may optionally be enclosed in double quotes"). Pure.
namespace hfssh::ssh {

// From OpenSSH 8.7 on a backslash escapes inside quotes; before, a value that holds a double quote
// cannot be written at all.
enum class Escapes { none, backslash };

// "value" as one argument, in double quotes where it needs them. None where it cannot be written.
[[nodiscard]] std::optional<std::string> quote_argument(std::string_view value, Escapes escapes);

// Each '%' doubled: for values in which ssh expands tokens (TOKENS in ssh_config(5)).
[[nodiscard]] std::string double_percent(std::string_view value);

// Does VALUE hold something that ssh would take for an environment variable, "${"?
[[nodiscard]] bool names_variable(std::string_view value);

}  // namespace hfssh::ssh

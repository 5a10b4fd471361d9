#include "hfssh/hub/greeting.hpp"

#include <algorithm>
#include <cstddef>

#include "hfssh/system/text.hpp"

namespace hfssh::hub {
namespace {

constexpr std::string_view before = "Hi ";
constexpr std::string_view after = ", welcome to Hugging Face.";
constexpr std::size_t longest_name = 96;

bool is_account_name(std::string_view name) {
    const auto visible = [](char c) { return c > ' ' && c <= '~' && c != ','; };
    return !name.empty() && name.size() <= longest_name && std::ranges::all_of(name, visible);
}

std::optional<std::string_view> name_in(std::string_view line) {
    if (!line.starts_with(before)) return std::nullopt;
    line.remove_prefix(before.size());
    if (!line.ends_with(after)) return std::nullopt;
    line.remove_suffix(after.size());
    if (!is_account_name(line)) return std::nullopt;
    return line;
}

}  // namespace

std::optional<Greeting> read_greeting(std::string_view output) {
    for (const std::string_view line : system::split(output, '\n')) {
        if (const auto name = name_in(system::trim(line))) return Greeting{std::string(*name)};
    }
    return std::nullopt;
}

}  // namespace hfssh::hub

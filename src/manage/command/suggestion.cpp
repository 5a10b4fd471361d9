#include "hfssh/manage/command/suggestion.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

#include "hfssh/system/text.hpp"

namespace hfssh::manage {
namespace {

constexpr std::size_t longest_word = 40;

// How many letters are to be inserted, left out, replaced or exchanged with their neighbour.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::vector<std::size_t>> rows(a.size() + 1,
                                               std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i)
        rows[i][0] = i;
    for (std::size_t j = 0; j <= b.size(); ++j)
        rows[0][j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
            rows[i][j] =
                std::min({rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + change});
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) rows[i][j] = std::min(rows[i][j], rows[i - 2][j - 2] + 1);
        }
    }
    return rows[a.size()][b.size()];
}

}  // namespace

std::optional<std::string_view> nearest(std::string_view word,
                                        const std::vector<std::string_view>& names) {
    if (word.empty() || word.size() > longest_word) return std::nullopt;
    const std::string lower = system::lower(word);
    for (const std::string_view name : names) {
        if (lower.size() >= 2 && name.starts_with(lower)) return name;
    }
    std::optional<std::string_view> found;
    std::size_t least = std::max<std::size_t>(1, word.size() / 3) + 1;
    for (const std::string_view name : names) {
        const std::size_t here = distance(lower, name);
        if (here >= least) continue;
        least = here;
        found = name;
    }
    return found;
}

}  // namespace hfssh::manage

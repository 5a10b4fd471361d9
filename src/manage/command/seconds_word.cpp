#include "hfssh/manage/command/seconds_word.hpp"

#include <charconv>

#include "hfssh/manage/command/options.hpp"
#include "hfssh/system/message.hpp"

namespace hfssh::manage {

std::chrono::seconds read_seconds(const std::optional<std::string>& text,
                                  std::chrono::seconds otherwise) {
    constexpr int day = 24 * 60 * 60;
    if (!text) return otherwise;
    int seconds = 0;
    const char* end = text->data() + text->size();
    const auto read = std::from_chars(text->data(), end, seconds);
    if (read.ec != std::errc() || read.ptr != end || seconds < 1 || seconds > day) {
        throw UsageError{"--timeout takes seconds, from 1 to 86400, not " +
                         system::printable(*text)};
    }
    return std::chrono::seconds(seconds);
}

std::chrono::seconds read_wait_limit(const std::optional<std::string>& timeout, bool waits) {
    if (timeout && !waits) throw UsageError{"--timeout goes with --wait"};
    return read_seconds(timeout, default_wait);
}

}  // namespace hfssh::manage

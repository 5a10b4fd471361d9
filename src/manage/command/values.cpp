#include <charconv>

#include "hfssh/hub/repository.hpp"
#include "hfssh/manage/command/options.hpp"
#include "hfssh/system/encode.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"

namespace hfssh::manage {

std::optional<std::string> normal_fingerprint(std::string_view text) {
    constexpr std::string_view start = "SHA256:";
    constexpr std::size_t digest = 32;
    if (!text.starts_with(start)) return std::nullopt;
    text.remove_prefix(start.size());
    if (text.ends_with('=')) text.remove_suffix(1);
    const auto bytes = system::base64_decode(std::string(text) + "=");
    if (!bytes || bytes->size() != digest) return std::nullopt;
    return std::string(start) + std::string(text);
}

std::string read_fingerprint(const std::string& word, const std::string& list) {
    if (auto fingerprint = normal_fingerprint(word)) return *fingerprint;
    throw system::Failure(
        "not a fingerprint: " + system::printable(word),
        "expected SHA256: followed by 43 characters; to see them: git hf-ssh " + list,
        system::Code::bad_argument);
}

std::optional<std::string> normal_pattern(std::string_view text) {
    if (text.find_first_of(":*?[]\\\"' ") != std::string_view::npos) return std::nullopt;
    const auto repository = hub::read_repository_path(text);
    if (!repository) return std::nullopt;
    const std::string path = repository->path();
    if (path == "datasets" || path == "spaces") return std::nullopt;
    return path;
}

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
    if (timeout && !waits) throw UsageError{"--timeout needs --wait"};
    return read_seconds(timeout, default_wait);
}

}  // namespace hfssh::manage

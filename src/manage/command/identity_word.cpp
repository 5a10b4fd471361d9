#include "hfssh/manage/command/identity_word.hpp"

#include "hfssh/hub/repository.hpp"
#include "hfssh/system/encode.hpp"

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

std::optional<std::string> normal_pattern(std::string_view text) {
    if (text.find_first_of(":*?[]\\\"' ") != std::string_view::npos) return std::nullopt;
    const auto repository = hub::read_repository_path(text);
    if (!repository) return std::nullopt;
    const std::string path = repository->path();
    if (path == "datasets" || path == "spaces") return std::nullopt;
    return path;
}

}  // namespace hfssh::manage

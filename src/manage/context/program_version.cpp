#include "hfssh/manage/context/program_version.hpp"

#include <charconv>

#include "hfssh/system/text.hpp"

namespace hfssh::manage {
namespace {

constexpr std::string_view git_name = "git version ";
constexpr std::string_view openssh_names[] = {"OpenSSH_for_Windows_", "OpenSSH_"};

// "2.39", whatever follows.
std::optional<Version> read_numbers(std::string_view text) {
    Version version;
    const char* end = text.data() + text.size();
    const auto major = std::from_chars(text.data(), end, version.major);
    if (major.ec != std::errc() || major.ptr == end || *major.ptr != '.') return std::nullopt;
    const auto minor = std::from_chars(major.ptr + 1, end, version.minor);
    if (minor.ec != std::errc() || version.major < 0 || version.minor < 0) return std::nullopt;
    return version;
}

// What stands behind NAME; none where TEXT begins with something else.
std::optional<std::string_view> behind(std::string_view text, std::string_view name) {
    if (!text.starts_with(name)) return std::nullopt;
    return text.substr(name.size());
}

std::optional<std::string_view> behind_openssh(std::string_view text) {
    for (const std::string_view name : openssh_names) {
        if (const auto rest = behind(text, name)) return rest;
    }
    return std::nullopt;
}

}  // namespace

std::optional<Version> read_git_version(std::string_view text) {
    const auto rest = behind(text, git_name);
    return rest ? read_numbers(*rest) : std::nullopt;
}

std::optional<Version> read_openssh_version(std::string_view text) {
    const auto rest = behind_openssh(text);
    return rest ? read_numbers(*rest) : std::nullopt;
}

std::string_view version_words(std::string_view text) {
    std::string_view rest = text;
    if (const auto git = behind(text, git_name)) rest = *git;
    if (const auto ssh = behind_openssh(text)) rest = *ssh;
    return system::trim(rest.substr(0, rest.find_first_of(",\r\n")));
}

}  // namespace hfssh::manage

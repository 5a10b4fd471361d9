#include <unistd.h>

#include <cctype>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "hfssh/ssh/without/resolve.hpp"
#include "hfssh/system/platform.hpp"

using namespace hfssh::ssh;

namespace {

// A file without a name: libFuzzer leaves without cleaning up.
int config_file() {
    static const int fd = [] {
        std::string name = "/tmp/hfssh-fuzz.XXXXXX";
        const int made = ::mkstemp(name.data());
        if (made < 0 || ::unlink(name.c_str()) != 0) std::abort();
        return made;
    }();
    return fd;
}

}  // namespace

// A configuration sets nothing that it does not say in a line of its own, whatever its bytes; what
// is not honoured has a reason. Include would read the machine's own files.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    std::string lower;
    for (const char c : text)
        lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (lower.find("include") != std::string::npos) return 0;
    const int file = config_file();
    if (::ftruncate(file, 0) != 0 || ::pwrite(file, data, size, 0) != static_cast<ssize_t>(size)) {
        std::abort();
    }
    const std::string path = hfssh::system::descriptor_path(file);
    if (path.empty()) return 0;

    const Destination destination = {.typed = "u@hf.co", .user = "u", .host = "hf.co", .port = {}};
    const CommandLine typed = {
        .flags = {{'p', "5"}}, .flags_before = 1, .destination = destination, .command = {}};
    const auto result =
        resolve_without_ssh(typed, {}, destination, {{path, ConfigFile::Owner::user}});
    if (const auto* problem = std::get_if<NotHonoured>(&result)) {
        if (problem->text.empty() || problem->hint.empty()) std::abort();
        return 0;
    }
    const auto& resolved = std::get<Resolved>(result);
    if (resolved.malformed() || resolved.first("user") != "u" || resolved.first("port") != "5") {
        std::abort();
    }
    if (resolved.has("proxycommand") && lower.find("proxycommand") == std::string::npos) {
        std::abort();
    }
    return 0;
}

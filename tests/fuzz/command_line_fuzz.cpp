#include <cstddef>
#include <cstdint>
#include <string_view>

#include "hfssh/ssh/words/command_line.hpp"
#include "hfssh/system/text.hpp"

using namespace hfssh;

// The words of a command line, each ended by a NUL as in /proc/PID/cmdline.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto pieces = system::split(text, '\0');
    const std::vector<std::string> words(pieces.begin(), pieces.end());
    const ssh::Reading plain = ssh::read_command_line(words, ssh::TagFlag::plain);
    const ssh::Reading tagged = ssh::read_command_line(words, ssh::TagFlag::takes_value);
    if (text.find('P') == text.npos && plain != tagged) __builtin_trap();
    for (const ssh::Reading& reading : {plain, tagged}) {
        const auto* line = std::get_if<ssh::CommandLine>(&reading);
        if (line == nullptr) continue;
        if (line->flags_before > line->flags.size()) __builtin_trap();
        if (!line->destination && !line->command.empty()) __builtin_trap();
        if (line->destination && line->destination->host.empty()) __builtin_trap();
        if (line->destination && line->destination->host[0] == '-') __builtin_trap();
        if (line->port().value_or(1) < 1 || line->port().value_or(1) > 65535) __builtin_trap();
        if (line->user() && line->user()->find('\0') != std::string::npos) __builtin_trap();
    }
    return 0;
}

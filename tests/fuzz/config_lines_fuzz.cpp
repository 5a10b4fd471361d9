#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "hfssh/ssh/config/lines.hpp"

// No text breaks the reader of a configuration line, and an argument is never longer than its line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto line = hfssh::ssh::read_config_line(text);
    if (!line) return 0;
    if (line->keyword.empty() || line->keyword.size() + line->rest.size() > size) std::abort();
    const auto arguments = hfssh::ssh::split_arguments(line->rest);
    if (!arguments) return 0;
    for (const std::string& argument : *arguments) {
        if (argument.size() > line->rest.size()) std::abort();
    }
    static_cast<void>(hfssh::ssh::host_patterns_match(*arguments, line->keyword));
    return 0;
}

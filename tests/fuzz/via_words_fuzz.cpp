#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "hfssh/system/text.hpp"
#include "ssh/words/via_words.hpp"

// A text is judged without being run; a newline outside of quotes never passes as one command.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using hfssh::ssh::CommandShape;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto scan = hfssh::ssh::scan_command(text);
    if (scan.shape != CommandShape::plain) return 0;
    if (scan.words.find_first_of(";|&<>()$`\n") != std::string_view::npos) std::abort();
    const auto words = hfssh::system::words(scan.words);
    if (words.empty()) return 0;
    if (hfssh::ssh::take_apart({words.begin(), words.end()}).program.empty()) std::abort();
    return 0;
}

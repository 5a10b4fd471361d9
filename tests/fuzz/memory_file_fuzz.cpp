#include "identity/memory_file.hpp"

#include <cstdint>
#include <cstdlib>

using namespace hfssh::identity;

// An entry that was read is written, and read again as the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto key = parse_key_file(text)) {
        const auto again = parse_key_file(format_key_file(*key));
        if (!again || again->asked.account != key->asked.account) std::abort();
        if (again->comment != key->comment || again->asked.when != key->asked.when) std::abort();
    }
    if (const auto push = parse_push_file(text)) {
        const auto again = parse_push_file(format_push_file(*push));
        if (!again || again->name_space != push->name_space) std::abort();
    }
    (void)push_file_name(text);
    return 0;
}

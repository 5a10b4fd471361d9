#include <cstdint>
#include <cstdlib>

#include "hfssh/identity/public_key.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hfssh::identity;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    (void)read_public_file(input);
    const auto key = read_public_key(input);
    if (!key) return 0;
    // The plain key is a key itself, the same one, and survives its text.
    const auto line = read_public_line(public_file_text(*key, "x"));
    if (!line || line->key.is_certificate() || line->key.blob != key->plain()) std::abort();
    return 0;
}

#include <cstdint>
#include <cstdlib>

#include "hfssh/identity/key_file.hpp"
#include "hfssh/identity/key_text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hfssh::identity;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const auto text = normalise_private_key(input);
    if (!text) return 0;
    // A private key of whole lines, no longer than what was given, that stays what it is.
    const auto file = read_key_file(*text);
    if (!file || file->kind != KeyFile::Kind::private_key || text->size() > size + 1) std::abort();
    if (!text->starts_with("-----BEGIN ") || text->back() != '\n') std::abort();
    if (text->find('\r') != std::string::npos || normalise_private_key(*text) != text) std::abort();
    return 0;
}

#include <cstdint>
#include <cstdlib>

#include "hfssh/identity/key_file.hpp"
#include "hfssh/identity/key_text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hfssh::identity;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const auto text = normalise_private_key(input);
    if (!text) return 0;
    // A private key of whole lines, as long as what was given and its line ends, that stays what it
    // is.
    const std::size_t longest = size + size / 64 + 4;
    const auto file = read_key_file(*text);
    if (!file || file->kind != KeyFile::Kind::private_key || text->size() > longest) std::abort();
    if (!text->starts_with("-----BEGIN ") || text->back() != '\n') std::abort();
    if (text->find('\r') != std::string::npos || normalise_private_key(*text) != text) std::abort();
    return 0;
}

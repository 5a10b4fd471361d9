#include <cstdint>
#include <cstdlib>

#include "hfssh/identity/key_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hfssh::identity;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    for (const char* label : {"RSA", "EC", "DSA", ""})
        (void)read_private_der(label, input);
    const auto file = read_key_file(input);
    if (file && file->key && !read_public_key(file->key->blob)) std::abort();
    return 0;
}

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "hfssh/ssh/config/resolved.hpp"

// Whatever a program prints in place of `ssh -G`: what is accepted has a host name and one of each.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const hfssh::ssh::Resolved resolved = hfssh::ssh::read_resolved(text);
    if (resolved.malformed()) return 0;
    if (resolved.first("hostname").empty() || text.back() != '\n') std::abort();
    for (const char* keyword : {"user", "hostname", "port", "proxycommand"}) {
        if (resolved.all(keyword).size() > 1) std::abort();
    }
    return 0;
}

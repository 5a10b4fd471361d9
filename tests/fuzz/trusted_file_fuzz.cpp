#include <cstdint>
#include <cstdlib>
#include <string>

#include "hfssh/hub/server_key.hpp"
#include "manage/hostkeys/own_file.hpp"

using namespace hfssh;

// A line that comes, and goes again, leaves every other byte as it was, and no line is ever lost.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto& published = hub::published_host_keys()[0];
    const auto key =
        std::get<hub::ServerKey>(hub::read_server_key(published.type, published.base64));
    const hub::KnownHosts before = hub::read_known_hosts("f", text);
    const std::string with = manage::with_line(text, manage::revocation_line(key, {}));
    const hub::KnownHosts after = hub::read_known_hosts("f", with);
    for (const hub::Problem& problem : before.problems) {
        if (problem.severity == hub::Problem::Severity::fatal) return 0;
    }
    if (!manage::is_as_meant(before, after, {{}, {key}, {}})) std::abort();
    const std::string again = manage::without_lines(with, {after.revocations.back().origin.line});
    // Of a carriage return at the very end it cannot be told whose it was.
    if (again != text && again + "\r" != text) std::abort();
    for (const hub::KnownKey& entry : before.additions) {
        const hub::KnownHosts rest =
            hub::read_known_hosts("f", manage::without_lines(text, {entry.origin.line}));
        if (!manage::is_as_meant(before, rest, {{}, {}, {entry.origin.line}})) std::abort();
    }
    return 0;
}

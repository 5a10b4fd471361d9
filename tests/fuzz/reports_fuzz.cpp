#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "hfssh/hub/known_hosts.hpp"
#include "hfssh/hub/trusted_set.hpp"
#include "hfssh/ssh/closed/refusal.hpp"
#include "hfssh/ssh/closed/report_channel.hpp"

// What the helper reports comes in part from the server.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hfssh;
    static const auto set = std::get<hub::TrustedSet>(hub::TrustedSet::build({}));
    const ssh::Reported reported = ssh::read_reports({reinterpret_cast<const char*>(data), size});
    if (reported.report == ssh::Report::none && !reported.type.empty()) std::abort();
    const ssh::Refusal refusal = ssh::explain_refusal(set, reported);
    for (const unsigned char c : refusal.text)  // a letter beyond ASCII may be shown
        if (c != '\n' && (c < ' ' || c == '\x7f')) std::abort();
    return 0;
}

#include <cstdint>
#include <cstdlib>

#include "native/session/server_offer.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hfssh::native;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const auto read = read_server_offer(input);
    const auto* offer = std::get_if<ServerOffer>(&read);
    if (offer == nullptr) return 0;
    if (offer->length > size || !offer->version.starts_with("SSH-")) std::abort();
    std::size_t algorithms = 0;
    for (const OfferedType& type : offered_types(offer->host_key_algorithms))
        algorithms += type.algorithms.size();
    if (algorithms != offer->host_key_algorithms.size()) std::abort();
    return 0;
}

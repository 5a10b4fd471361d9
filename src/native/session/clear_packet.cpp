#include "clear_packet.hpp"

#include "hfssh/identity/wire.hpp"

namespace hfssh::native {
namespace {

// RFC 4253 section 6.1: what everybody must be able to take, and nobody sends more of in clear.
constexpr std::size_t longest_packet = 35000;
constexpr std::size_t least_padding = 4;
constexpr std::size_t block = 8;  // section 6, before a cipher is in force

}  // namespace

std::variant<ClearPacket, PacketProblem> read_clear_packet(std::string_view received) {
    constexpr std::size_t header = 5;
    if (received.size() < header) return PacketProblem::incomplete;
    identity::WireReader reader(received);
    const std::size_t length = reader.uint32();
    const std::size_t padding = reader.byte();
    if (length > longest_packet || (length + 4) % block != 0 || padding < least_padding ||
        padding + 2 > length) {
        return PacketProblem::broken;
    }
    if (received.size() < 4 + length) return PacketProblem::incomplete;
    const std::string_view payload = received.substr(header, length - padding - 1);
    return ClearPacket{static_cast<unsigned char>(payload.front()), payload, 4 + length};
}

std::string write_clear_packet(std::string_view payload) {
    std::size_t padding = block - (payload.size() + 5) % block;
    if (padding < least_padding) padding += block;
    std::string packet =
        identity::wire_uint32(static_cast<std::uint32_t>(payload.size() + padding + 1));
    packet += static_cast<char>(padding);
    return packet.append(payload).append(padding, '\0');
}

}  // namespace hfssh::native

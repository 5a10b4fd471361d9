#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

// The packets of RFC 4253 section 6 before any key is in force. Pure.
namespace hfssh::native {

// Numbers of messages (RFC 4253 section 12, RFC 5656 section 7.1).
namespace message {
inline constexpr unsigned disconnect = 1;
inline constexpr unsigned ignore = 2;
inline constexpr unsigned unimplemented = 3;
inline constexpr unsigned debug = 4;
inline constexpr unsigned kexinit = 20;
inline constexpr unsigned kex_ecdh_init = 30;
inline constexpr unsigned kex_ecdh_reply = 31;
}  // namespace message

struct ClearPacket {
    unsigned message = 0;      // the payload's first byte
    std::string_view payload;  // with that byte, never empty
    std::size_t length = 0;    // of the whole packet
};

enum class PacketProblem { incomplete, broken };

// The packet at the front of RECEIVED, which must outlive it.
[[nodiscard]] std::variant<ClearPacket, PacketProblem> read_clear_packet(std::string_view received);

// PAYLOAD as a packet, padded with zeros: nothing in clear needs more.
[[nodiscard]] std::string write_clear_packet(std::string_view payload);

}  // namespace hfssh::native

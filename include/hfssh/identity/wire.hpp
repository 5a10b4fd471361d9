#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// The data types of RFC 4251 section 5, as keys, key files and the agent use them. Pure.
namespace hfssh::identity {

// Reads from the front of BYTES, which must outlive it. The first read that does not fit spoils the
// reader for good: every later one gives zero or nothing, and good() says so at the end.
class WireReader {
  public:
    explicit WireReader(std::string_view bytes) : rest_(bytes) {}

    [[nodiscard]] std::uint8_t byte();
    [[nodiscard]] std::uint32_t uint32();
    [[nodiscard]] std::uint64_t uint64();
    [[nodiscard]] std::string_view string();
    // A string that is a positive integer in its one shortest form, without its sign byte.
    [[nodiscard]] std::string_view positive_integer();

    [[nodiscard]] bool good() const { return good_; }
    [[nodiscard]] bool finished() const { return good_ && rest_.empty(); }
    [[nodiscard]] std::size_t remaining() const { return rest_.size(); }

  private:
    [[nodiscard]] std::string_view take(std::size_t length);
    std::uint64_t number(std::size_t length);
    std::string_view rest_;
    bool good_ = true;
};

[[nodiscard]] std::string wire_uint32(std::uint32_t value);
[[nodiscard]] std::string wire_string(std::string_view text);
// An unsigned big-endian number, leading zeros allowed, as an mpint.
[[nodiscard]] std::string wire_integer(std::string_view magnitude);

}  // namespace hfssh::identity

#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "hfssh/transport/order.hpp"

// The standard streams of a session: the bytes that pass through, and our own messages.
namespace hfssh::native {

// While it lives, the three standard streams do not block if they are pipes or sockets. A
// terminal is left as it is: it is shared with others, who would be surprised. TERM, HUP, INT and
// QUIT (unless ignored) end the process with STATUS, as ssh(1) does in a session, and with the
// streams as they were. One at a time.
class StreamMode {
  public:
    explicit StreamMode(int status);
    ~StreamMode();
    StreamMode(const StreamMode&) = delete;
    StreamMode& operator=(const StreamMode&) = delete;
};

// What is on its way to a descriptor, in a buffer of fixed size.
class Outlet {
  public:
    Outlet(int descriptor, std::size_t size) : descriptor_(descriptor), buffer_(size) {}

    [[nodiscard]] int descriptor() const { return descriptor_; }
    [[nodiscard]] bool empty() const { return begin_ == end_; }
    [[nodiscard]] bool has_room() const { return empty(); }
    // Nobody reads any more: what comes is thrown away.
    [[nodiscard]] bool broken() const { return broken_; }

    // Room for the next bytes; call filled() afterwards. Only while there is room.
    [[nodiscard]] char* room() { return buffer_.data(); }
    [[nodiscard]] std::size_t size() const { return buffer_.size(); }
    void filled(std::size_t count);

    // Writes what the descriptor takes now. True if anything went.
    [[nodiscard]] bool drain();
    // Closes it: the reader sees the end now, not when this process ends.
    void close();

  private:
    int descriptor_;
    std::vector<char> buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    bool broken_ = false;
    bool closed_ = false;
};

// Prints why a session ends, unless ORDER is quiet. Always false.
bool fail(const transport::Order& order, const std::string& text);

// A step on the way: printed with -v, and traced.
void tell(const transport::Order& order, const std::string& text);

}  // namespace hfssh::native

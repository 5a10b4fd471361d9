#include "hfssh/native/line/stream.hpp"

namespace hfssh::native {

Stream& Stream::operator=(Stream&& other) noexcept {
    if (this == &other) return *this;
    close();
    socket_ = std::move(other.socket_);
    peer_ = std::move(other.peer_);
    proxy_ = std::move(other.proxy_);
    return *this;
}

void Stream::close() {
    socket_.reset();
    proxy_.end();
}

}  // namespace hfssh::native

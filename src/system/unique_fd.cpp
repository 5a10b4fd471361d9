#include "hfssh/system/unique_fd.hpp"

#include <unistd.h>

namespace hfssh::system {

void UniqueFd::reset(int fd) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = fd;
}

}  // namespace hfssh::system

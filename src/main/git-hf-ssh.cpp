// git-hf-ssh, which git runs for "git hf-ssh": see git-hf-ssh(1).
#include <fcntl.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "hfssh/manage/verb.hpp"
#include "hfssh/system/trace.hpp"

namespace {

// A standard stream that is closed would be given to the next file that is opened.
void open_standard_streams() {
    for (int fd = ::open("/dev/null", O_RDWR); fd >= 0; fd = ::dup(fd)) {
        if (fd <= STDERR_FILENO) continue;
        ::close(fd);
        return;
    }
}

}  // namespace

int main(int argc, char** argv) {
    open_standard_streams();
    hfssh::system::start_trace("git-hf-ssh");
    return hfssh::manage::run({argv + (argc > 0 ? 1 : 0), argv + argc});
}

// git-hf-ssh, which git runs for "git hf-ssh": see git-hf-ssh(1).
#include <string>
#include <vector>

#include "hfssh/manage/front/run.hpp"
#include "hfssh/system/trace.hpp"
#include "hfssh/system/unique_fd.hpp"

int main(int argc, char** argv) {
    hfssh::system::open_standard_streams();
    hfssh::system::start_trace("git-hf-ssh");
    return hfssh::manage::run({argv + (argc > 0 ? 1 : 0), argv + argc});
}

// hf-ssh, the ssh that git runs: see hf-ssh(1).
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>

#include "hfssh/ssh/closed/supervise.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/trace.hpp"
#include "hfssh/system/unique_fd.hpp"
#include "hfssh/transport/route.hpp"

namespace {

using namespace hfssh;

// Never 127, which git-lfs reads as "no such command"; 255 is ssh's own.
constexpr int failed = 255;

bool is(const char* argument, const char* word) {
    return std::strcmp(argument, word) == 0;
}

// ssh(1) has no long options, so these two are free for us.
bool answer_about_itself(int argc, char** argv) {
    if (argc != 2) return false;
    if (is(argv[1], "--version")) {
        std::puts("hf-ssh " HFSSH_VERSION);
        return true;
    }
    if (!is(argv[1], "--help")) return false;
    std::puts(
        "usage: hf-ssh [--via COMMAND] [ssh's options] destination [command]\n"
        "\n"
        "The ssh that git runs for hf.co: it lets a connection through only to a server\n"
        "whose key Hugging Face has published, and offers exactly one key, the right one.\n"
        "For every other host it becomes ssh.\n"
        "\n"
        "    git hf-ssh setup\n"
        "\n"
        "The manual: man hf-ssh; the settings: man hf-ssh-config");
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    system::open_standard_streams();
    if (answer_about_itself(argc, argv)) return 0;
    try {
        system::start_trace("hf-ssh");
        ssh::end_alike(transport::run(transport::read_invocation(argc, argv)));
    } catch (const system::Failure& failure) {
        system::say(failure.what());
        if (!failure.hint().empty()) system::hint(failure.hint());
    } catch (const std::exception& error) {
        system::say(system::printable(error.what()));
    }
    return failed;
}

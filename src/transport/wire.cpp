#include "hfssh/transport/wire.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "hfssh/settings/variables.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/trace.hpp"
#include "unusable.hpp"

namespace hfssh::transport {
namespace {

using settings::Transport;
using system::Failure;

bool is_built() {
    return ::access(system::libexec_program("native").c_str(), F_OK) == 0;
}

}  // namespace

Wire choose_wire(const HubRequest& request, const std::optional<settings::GitSettings>& git) {
    const Transport wanted = settings::transport(git);
    const bool no_ssh = request.underlying.lacks_ssh();
    // A question about ssh, which makes no connection.
    if (request.typed.has('G') && !no_ssh) return Wire::openssh;
    if (wanted == Transport::native || (wanted == Transport::automatic && no_ssh && is_built())) {
        (void)native_program();
        system::trace(no_ssh ? "no ssh on PATH: the native transport" : "the native transport");
        return Wire::native;
    }
    if (no_ssh) report_unusable(request.underlying);
    return Wire::openssh;
}

std::string native_program() {
    std::string program = system::libexec_program("native");
    if (::access(program.c_str(), X_OK) == 0) return program;
    if (errno == ENOENT) {
        throw Failure("this hf-ssh was built without the native transport",
                      "set hf-ssh.transport or HF_SSH_TRANSPORT to auto");
    }
    throw Failure("cannot run " + system::display_path(program) + ": " + std::strerror(errno),
                  "install hf-ssh again");
}

}  // namespace hfssh::transport

#include "unusable.hpp"

#include <unistd.h>

#include <string>

#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"

namespace hfssh::transport {

using ssh::Underlying;
using system::Failure;

void report_unusable(const ssh::Underlying& underlying) {
    using Outcome = Underlying::Outcome;
    const std::string what = underlying.source == Underlying::Source::via ? "--via"
                             : underlying.source == Underlying::Source::environment
                                 ? "HF_SSH_COMMAND"
                                 : "PATH";
    const std::string detail = system::printable(underlying.detail);
    switch (underlying.outcome) {
        case Outcome::unbalanced:
            throw Failure(what + ": unbalanced " + detail +
                          " in: " + system::printable(underlying.text));
        case Outcome::itself:
            throw Failure(what + " leads back to hf-ssh itself: " + detail,
                          "name the ssh to run, for example /usr/bin/ssh");
        case Outcome::not_evaluated:
            throw Failure(what + ": " + detail + ": " + system::printable(underlying.text));
        default:
            break;
    }
    if (underlying.no_passwd_entry) {
        throw Failure("ssh cannot run: there is no passwd entry for user ID " +
                          std::to_string(::geteuid()),
                      "add one, or use the native transport: HF_SSH_TRANSPORT=auto");
    }
    if (underlying.lacks_ssh()) {
        throw Failure(
            underlying.source == Underlying::Source::path ? "no ssh was found on PATH"
                                                          : what + ": no such program: ssh",
            "install OpenSSH's client (Debian, Ubuntu: openssh-client; Fedora: "
            "openssh-clients; Alpine: openssh-client-default; Arch: openssh), or name one "
            "in HF_SSH_COMMAND");
    }
    throw Failure(what + ": no such program: " + detail);
}

}  // namespace hfssh::transport

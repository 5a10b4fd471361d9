#pragma once

#include <string>
#include <vector>

#include "hfssh/ssh/words/command_line.hpp"

// What is refused before anything is run.
namespace hfssh::transport {

// Counts, in the environment, how often hf-ssh stands above itself: an ssh that leads back to
// hf-ssh is an error, not a loop. A ProxyCommand may come through here once more, rightly.
void enter_chain();

// A control character in any word before the remote command, or in the user name that a clone's
// URL encodes: it could add a line to what `ssh -G` prints. Throws a Failure.
void refuse_control_characters(const ssh::Reading& plain, const ssh::Reading& tagged,
                               const std::vector<std::string>& arguments);

// A user name with what a shell would act on: in a ProxyCommand or Match exec, %r hands it to one.
// ssh(1) looks from 9.6 on; here it is refused before any ssh is asked. Throws a Failure.
void refuse_shell_user(const ssh::CommandLine& line);

}  // namespace hfssh::transport

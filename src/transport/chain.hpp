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

// A host name or a user name with shell metacharacters, for whichever host: see ssh::unfit_name().
// Throws a Failure.
void refuse_shell_words(const ssh::Reading& plain, const ssh::Reading& tagged);

}  // namespace hfssh::transport

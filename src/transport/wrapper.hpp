#pragma once

#include <string>
#include <vector>

#include "closed.hpp"
#include "hfssh/identity/request.hpp"

// The ssh that is run may be a wrapper of the person's own, with options in front of those that it
// is given; and of an option given twice ssh takes the first.
namespace hfssh::transport {

struct WrapperQuestion {
    const Typed& typed;
    const Endpoint& endpoint;
    const hub::TrustedSet& trusted;
    const std::vector<std::string>& trusted_files;
    bool agent_answers = true;
    bool may_remember = true;
};

// Is it a script, or behind a launcher? Either may add options or a configuration file.
[[nodiscard]] bool may_add_settings(const ssh::Underlying& underlying);

// Is the program OpenSSH's client itself (8.5 or later)? A compiled wrapper takes its options from
// elsewhere, and can change its mind without its file changing.
[[nodiscard]] bool is_openssh(const std::string& program);

// An empty Wrapper for an OpenSSH. An ssh that is a script, behind a launcher, older than 8.5, or
// not seen before is asked: `ssh -G` with the closed configuration and the command that will be
// run. Our helper and our one identity must come back, alone: what else comes is told, identities
// raw. One that answers well is remembered, by its file, and not asked again. Throws a
// system::Failure where it cannot be asked.
[[nodiscard]] identity::Wrapper look_at_wrapper(const WrapperQuestion& question);

// Writes that down, after a connection: to look at one writes nothing.
void remember_ssh();

}  // namespace hfssh::transport

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hfssh/ssh/config/files.hpp"
#include "hfssh/ssh/config/resolved.hpp"
#include "hfssh/ssh/words/command_line.hpp"
#include "hfssh/ssh/words/underlying.hpp"

namespace hfssh::transport {

// The files of ssh_config(5) that count for TYPED, with VIA in front of it: of several -F the last.
// Without one and WITHOUT_SSH "~/.ssh/config" is that of home(); ssh itself goes by the passwd
// entry.
[[nodiscard]] std::vector<ssh::ConfigFile> configuration_files(const ssh::CommandLine& typed,
                                                               const ssh::CommandLine& via,
                                                               bool without_ssh);

// `ssh -G` for what was typed, with DESTINATION in the destination's place: started by the
// constructor, so that it runs beside other work. Where there is no ssh to ask, the few settings
// that the native transport honours are read here instead. The answer has an identityfile only if
// one is configured: ssh's own defaults are left out.
class ResolvedQuery {
  public:
    ResolvedQuery(const ssh::Underlying& underlying, const ssh::CommandLine& typed,
                  const std::string& destination,
                  system::Capture::Errors errors = system::Capture::Errors::inherit);
    // Once. Throws a system::Failure where ssh fails (it has said why on standard error), takes
    // longer than a minute, or answers what cannot be trusted; without ssh, where a setting cannot
    // be honoured.
    [[nodiscard]] ssh::Resolved wait();

  private:
    ssh::Underlying underlying_;
    ssh::CommandLine typed_;
    std::optional<system::Capture> capture_;
    std::optional<ssh::Resolved> read_;
};

}  // namespace hfssh::transport

#pragma once

#include <string>

#include "hfssh/ssh/command_line.hpp"
#include "hfssh/ssh/resolved.hpp"
#include "hfssh/ssh/underlying.hpp"

namespace hfssh::transport {

// `ssh -G` for what was typed, with DESTINATION in the destination's place: started by the
// constructor, so that it runs beside other work.
class ResolvedQuery {
  public:
    ResolvedQuery(const ssh::Underlying& underlying, const ssh::CommandLine& typed,
                  const std::string& destination,
                  system::Capture::Errors errors = system::Capture::Errors::inherit);
    // Once. Throws a system::Failure where ssh fails (it has said why on standard error), takes
    // longer than a minute, or answers what cannot be trusted.
    [[nodiscard]] ssh::Resolved wait();

  private:
    system::Capture capture_;
};

}  // namespace hfssh::transport

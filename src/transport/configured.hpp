#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "hfssh/settings/variables.hpp"
#include "hfssh/ssh/config/alias_reader.hpp"
#include "hfssh/ssh/config/files.hpp"
#include "hfssh/ssh/config/resolved.hpp"
#include "hfssh/system/process.hpp"
#include "hfssh/transport/typed.hpp"

// What the person's ssh configuration says: the one place where `ssh -G` is asked about a
// destination.
namespace hfssh::transport {

// The files of ssh_config(5) that count for LINE, with VIA in front of it: of several -F the last.
// Without one and WITHOUT_SSH "~/.ssh/config" is that of home(); ssh itself goes by the passwd
// entry.
[[nodiscard]] std::vector<ssh::ConfigFile> configuration_files(const ssh::CommandLine& line,
                                                               const ssh::CommandLine& via,
                                                               bool without_ssh);

// What was set for a destination that is called by one of NAMES.
[[nodiscard]] ssh::UserSettings user_settings(const Typed& typed, const ssh::CommandLine& line,
                                              const std::vector<std::string>& names);

// `ssh -G` for LINE, with DESTINATION in the destination's place, and the remote command that will
// be run (Match can see it): started by the constructor, so that it runs beside other work. Where
// there is no ssh to ask, the few settings that the native transport honours are read here instead.
// The answer has an identityfile only if one is configured: ssh's own defaults are left out.
class ConfigurationQuery {
  public:
    // TYPED and LINE live as long as this.
    ConfigurationQuery(const Typed& typed, const ssh::CommandLine& line,
                       const std::string& destination,
                       system::Capture::Errors errors = system::Capture::Errors::inherit);
    // Once. Throws a system::Failure where ssh fails (it has said why on standard error), takes
    // longer than a minute or until GIVE_UP, answers what cannot be trusted, or reads another
    // destination than we did where one of them is hf.co; without ssh, where a setting cannot be
    // honoured.
    // WANTED native: an ssh that cannot run is no ssh.
    [[nodiscard]] ssh::Resolved wait(const std::function<bool()>& give_up,
                                     settings::Transport wanted);

  private:
    const Typed& typed_;
    const ssh::CommandLine& line_;
    std::string destination_;
    std::string host_;
    std::optional<system::Capture> capture_;
    std::optional<ssh::Resolved> read_;
};

}  // namespace hfssh::transport

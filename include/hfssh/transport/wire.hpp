#pragma once

#include <optional>

#include "hfssh/settings/git_settings.hpp"
#include "hfssh/transport/hub_session.hpp"

namespace hfssh::transport {

// What speaks SSH with hf.co. All else is the same for both.
enum class Wire {
    openssh,  // the underlying ssh
    native,   // libexec/hf-ssh/native
};

// As hf-ssh.transport and HF_SSH_TRANSPORT ask for; "auto" is the native transport only where this
// machine has no ssh. Throws a system::Failure where there is neither.
[[nodiscard]] Wire choose_wire(const HubRequest& request,
                               const std::optional<settings::GitSettings>& git);

// libexec/hf-ssh/native. Throws a system::Failure where it is not there.
[[nodiscard]] std::string native_program();

}  // namespace hfssh::transport

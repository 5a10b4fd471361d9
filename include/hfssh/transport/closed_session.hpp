#pragma once

#include <string>
#include <vector>

#include "hfssh/hub/trusted_set.hpp"
#include "hfssh/identity/offer.hpp"
#include "hfssh/ssh/closed/configuration.hpp"
#include "hfssh/ssh/closed/refusal.hpp"
#include "hfssh/ssh/closed/report_channel.hpp"
#include "hfssh/system/process.hpp"
#include "hfssh/system/temporary_directory.hpp"
#include "hfssh/transport/endpoint.hpp"
#include "hfssh/transport/hub_session.hpp"

namespace hfssh::transport {

// The ssh to run, or the native transport in its place, with all that it needs to stand: whatever
// had to be written for it is removed when this goes out of scope. Throws a system::Failure where
// it cannot be set up.
class ClosedSession {
  public:
    ClosedSession(const HubRequest& request, const Configured& configured, const Endpoint& endpoint,
                  const identity::Candidate& candidate, const hub::TrustedSet& trusted,
                  bool agent_answers);
    ~ClosedSession() = default;
    ClosedSession(const ClosedSession&) = delete;
    ClosedSession& operator=(const ClosedSession&) = delete;

    // What the person asked for.
    [[nodiscard]] system::Command command() const;
    // `ssh -T` for the greeting: the same server, configuration and key. SILENTLY it asks nobody
    // anything and says nothing, ALOUD it says what went wrong, and WITH_PERSON it may also ask for
    // a passphrase.
    enum class Asking { silently, aloud, with_person };
    [[nodiscard]] system::Command greeting_command(Asking how = Asking::silently) const;
    // The same with a remote command of our own ("git-upload-pack 'acme/model'") in its place.
    [[nodiscard]] system::Command service_command(const std::string& remote_command,
                                                  Asking how) const;

    // What the helper said of the host key. Only where reports() can "nothing" mean that it was
    // not asked.
    [[nodiscard]] ssh::Report report() { return channel_.read(); }
    // After report() was `refused`.
    [[nodiscard]] ssh::Refusal refusal() const {
        return ssh::explain_refusal(trusted_, channel_.reported());
    }
    [[nodiscard]] bool reports() const { return reports_; }
    [[nodiscard]] int descriptor() const { return channel_.descriptor(); }

  private:
    void close_native(const ssh::ClosedRequest& request);
    void close_openssh(const ssh::ClosedRequest& request, ssh::HostTrust& trust,
                       const hub::TrustedSet& trusted);
    [[nodiscard]] system::Command query() const;  // `ssh -G`
    [[nodiscard]] system::Command with_options(const std::vector<std::string>& first) const;

    const HubRequest& request_;
    const hub::TrustedSet& trusted_;
    system::TemporaryDirectory temporary_;
    std::vector<std::string> program_;
    std::vector<std::string> options_;
    ssh::ReportChannel channel_;
    bool reports_ = false;
    identity::Offer offer_;
};

}  // namespace hfssh::transport

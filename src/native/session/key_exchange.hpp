#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hfssh/hub/trusted_set.hpp"
#include "hfssh/transport/order.hpp"
#include "library.hpp"

// The key exchange of a session, and whether the host key that it proves is hf.co's.
namespace hfssh::native {

// The host keys that ORDER lets us trust. The constructor throws a system::Failure if a file of
// them cannot be relied on (settings::load_host_keys), or Order::revoked_host_keys cannot be read.
class HostTrust {
  public:
    explicit HostTrust(const transport::Order& order);

    // For libssh2: the user's HostKeyAlgorithms, without those that no trusted key has.
    [[nodiscard]] const std::string& algorithms() const { return algorithms_; }

    // May a server that has proven to have the host key BLOB (RFC 4253 section 6.6) be hf.co? The
    // answer is reported (ssh/closed/report_channel.hpp); if it is no and there is no parent to
    // explain it, the reason is printed.
    [[nodiscard]] bool accepts(std::string_view blob) const;

  private:
    hub::TrustedSet set_;
    std::string algorithms_;
    std::string report_;
    std::vector<std::pair<std::string, std::string>> revoked_;  // RevokedHostKeys: files and texts
    int required_rsa_size_ = 0;
};

// The key exchange, with modern algorithms only, only with those that ORDER allows, and only with a
// host key of HOST_KEY_ALGORITHMS (comma separated, in order of preference). On return the server
// has proven that it has the host key LibrarySession::proven_host_key(): whose key that is, is for
// HostTrust to judge. Returns false if it failed, which has been printed. Throws an Unusable if
// nothing could be agreed on with any server.
[[nodiscard]] bool exchange_keys(LibrarySession& session, const transport::Order& order,
                                 const std::string& host_key_algorithms, Deadline deadline);

}  // namespace hfssh::native

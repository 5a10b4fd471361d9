#pragma once

#include <string_view>

#include "hfssh/hub/trusted_set.hpp"
#include "hfssh/native/session/order.hpp"

namespace hfssh::native {

// The keys that ORDER lets us trust. Throws a system::Failure where a file of them can't be relied
// on (settings::load_host_keys), and for an Order::revoked_host_keys that can't be read.
class HostTrust {
  public:
    explicit HostTrust(const Order& order);

    // For libssh2: the person's HostKeyAlgorithms, less those that no trusted key has.
    [[nodiscard]] const std::string& algorithms() const { return algorithms_; }

    // May a server whose key is BLOB (RFC 4253 section 6.6), and who has proven that it has it, be
    // hf.co? Where not, it has been explained on standard error.
    [[nodiscard]] bool accepts(std::string_view blob) const;

  private:
    hub::TrustedSet set_;
    std::string algorithms_;
    std::string revoked_;  // the text of RevokedHostKeys
};

// Does the text of a RevokedHostKeys file, one public key a line, name the key BLOB? Pure.
[[nodiscard]] bool names_key(std::string_view text, std::string_view blob);

}  // namespace hfssh::native

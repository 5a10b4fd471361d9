#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hfssh/ssh/config/resolved.hpp"
#include "hfssh/transport/hub_session.hpp"
#include "hfssh/transport/resolved_query.hpp"
#include "hfssh/transport/wire.hpp"

namespace hfssh::transport {

// Where the connection goes, and as whom.
struct Endpoint {
    std::string host;  // HostName
    std::string port;
    std::string user;           // "git" where nobody said otherwise
    std::string proxy_command;  // raw; empty: none
    Wire wire = Wire::openssh;
};

// What the person's ssh configuration says of the destination. The name typed and "hf.co" can
// stand in different blocks of it ("git@huggingface.co:…", "git@HF.CO:…", an alias).
struct Configured {
    ssh::Resolved typed;
    std::optional<ssh::Resolved> hub;  // for "hf.co", where that is another name and was asked
    bool is_alias = false;             // the name typed is the person's own ("hf-work")

    // The one that settles everything but the user and the identity: of another spelling of hf.co
    // that has no place of its own, that of hf.co.
    [[nodiscard]] const ssh::Resolved& effective() const;
};

// Starts what has to be asked of `ssh -G`.
class ConfiguredQuery {
  public:
    explicit ConfiguredQuery(const HubRequest& request);
    [[nodiscard]] Configured wait();

  private:
    std::optional<ssh::Resolved> known_;
    std::optional<ResolvedQuery> typed_;
    std::optional<ResolvedQuery> hub_;
    bool is_alias_;
};

[[nodiscard]] Endpoint find_endpoint(const HubRequest& request, const Configured& configured);

// The IdentityFile lines that count, raw: those of the name typed, or of "hf.co" where that other
// spelling has none of its own.
[[nodiscard]] std::vector<std::string> identity_files(const Configured& configured);

}  // namespace hfssh::transport

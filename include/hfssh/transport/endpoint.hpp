#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hfssh/settings/variables.hpp"
#include "hfssh/ssh/closed/configuration.hpp"
#include "hfssh/ssh/config/resolved.hpp"
#include "hfssh/transport/route.hpp"
#include "hfssh/transport/typed.hpp"

namespace hfssh::transport {

// Where a connection to hf.co goes, and as whom: what the command line and the person's ssh
// configuration say together.
struct Endpoint {
    ssh::CommandLine line;      // what was typed; its destination is hf.co, by name or by alias
    bool is_alias = false;      // the name typed is the person's own ("hf-work")
    ssh::Resolved settings;     // `ssh -G`: settles everything but the user and the identity
    std::string host;           // HostName
    std::string port;           // a number
    std::string user;           // "git" where nobody said otherwise
    std::string proxy_command;  // raw; empty: none
    // The IdentityFile lines that count, raw: those of the name typed, or of "hf.co" where that
    // other spelling has none of its own.
    std::vector<std::string> identity_files;
    bool files_configured = false;         // is there an IdentityFile at all, "none" too?
    std::vector<std::string> alias_files;  // of them, those that an alias has for itself
    // Which settings the user made, as far as that can be seen, and which values this ssh expands
    // before it prints them (none: not known).
    ssh::UserSettings user_settings;
    std::optional<ssh::Expansion> expansion;

    [[nodiscard]] const std::string& name() const { return line.destination->host; }
};

// Starts what has to be asked of `ssh -G`. The name typed and "hf.co" can stand in different blocks
// of the configuration ("git@huggingface.co:…", "git@HF.CO:…", an alias).
class EndpointQuery {
  public:
    // Both live as long as this.
    EndpointQuery(const Typed& typed, const ToHub& hub);
    ~EndpointQuery();
    EndpointQuery(const EndpointQuery&) = delete;
    EndpointQuery& operator=(const EndpointQuery&) = delete;
    // Once. Throws a system::Failure where ssh does not say and the native transport is not WANTED.
    [[nodiscard]] Endpoint wait(const std::function<bool()>& give_up, settings::Transport wanted);

  private:
    struct Queries;
    const Typed& typed_;
    const ToHub& hub_;
    std::unique_ptr<Queries> queries_;
};

}  // namespace hfssh::transport

#pragma once

#include <memory>
#include <string>

#include "hfssh/reuse/command.hpp"
#include "hfssh/settings/variables.hpp"
#include "hfssh/ssh/closed/report_channel.hpp"
#include "hfssh/system/process.hpp"
#include "hfssh/system/temporary_directory.hpp"
#include "hfssh/transport/decision.hpp"
#include "hfssh/transport/facts.hpp"

// Fifth station: all that is needed to run a connection, or to show it.
namespace hfssh::transport {

// Which connection it shares with the other runs that make the same one.
struct Sharing {
    std::string why_not;  // why it has its own; empty: it shares
    std::string name;     // of all that makes it what it is: a hash, for the socket's name
    settings::Reuse reuse;
    reuse::GitCommand command;  // only if one git command shares it
};

struct Plan {
    system::Command command;
    ssh::ReportChannel channel;  // what the helper says of the host key
    // Only where it reports can "nothing" mean that the helper was not asked.
    bool reports = false;
    // What had to be written for it; removed with the plan. Never null.
    std::unique_ptr<system::TemporaryDirectory> files;
    Sharing sharing = {"a question to hf.co", {}, {}, {}};
    std::size_t options_at = 0;  // in the command: after the program's own words
};

// What the person asked for, with the key that was chosen. Throws a system::Failure where none is,
// or ssh cannot be shut in.
[[nodiscard]] Plan make_plan(const Facts& facts, const Decision& decision);

// Whether connections are shared, after "a connection is": "shared by one git command", "not
// shared: XDG_RUNTIME_DIR is not set".
[[nodiscard]] std::string describe_sharing(const Facts& facts);

// Who has something from a question of our own: nobody is asked anything and nothing is said;
// what goes wrong is said; ssh may also ask for a passphrase.
enum class Person { silent, told, asked };

// `ssh -T`, for the greeting, or with a remote command of ours ("git-upload-pack 'acme/model'"):
// the same server, configuration and CANDIDATE, one of the inventory. Throws as make_plan() does.
[[nodiscard]] Plan make_question(const Facts& facts, const identity::Candidate& candidate,
                                 Person person, const std::string& remote_command = {});

}  // namespace hfssh::transport

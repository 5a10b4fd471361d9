#pragma once

#include <memory>
#include <string>

#include "hfssh/ssh/closed/report_channel.hpp"
#include "hfssh/system/process.hpp"
#include "hfssh/system/temporary_directory.hpp"
#include "hfssh/transport/decision.hpp"
#include "hfssh/transport/facts.hpp"

// Fifth station: all that is needed to run a connection, or to show it.
namespace hfssh::transport {

struct Plan {
    system::Command command;
    ssh::ReportChannel channel;  // what the helper says of the host key
    // Only where it reports can "nothing" mean that the helper was not asked.
    bool reports = false;
    // What had to be written for it; removed with the plan. Never null.
    std::unique_ptr<system::TemporaryDirectory> files;
};

// What the person asked for, with the key that was chosen. Throws a system::Failure where none is,
// or ssh cannot be shut in.
[[nodiscard]] Plan make_plan(const Facts& facts, const Decision& decision);

// Who has something from a question of our own: nobody is asked anything and nothing is said;
// what goes wrong is said; ssh may also ask for a passphrase.
enum class Person { silent, told, asked };

// `ssh -T`, for the greeting, or with a remote command of ours ("git-upload-pack 'acme/model'"):
// the same server, configuration and CANDIDATE, one of the inventory. Throws as make_plan() does.
[[nodiscard]] Plan make_question(const Facts& facts, const identity::Candidate& candidate,
                                 Person person, const std::string& remote_command = {});

}  // namespace hfssh::transport

#pragma once

#include <string>
#include <vector>

#include "hfssh/hub/trusted_set.hpp"
#include "hfssh/ssh/closed/configuration.hpp"
#include "hfssh/system/process.hpp"
#include "hfssh/system/temporary_directory.hpp"
#include "hfssh/transport/endpoint.hpp"
#include "hfssh/transport/facts.hpp"
#include "hfssh/transport/order.hpp"

namespace hfssh::transport {

// What a connection to hf.co is shut in with, but for the identity.
struct Enclosure {
    const Typed& typed;
    const Endpoint& endpoint;
    const hub::TrustedSet& trusted;
    const std::vector<std::string>& trusted_files;  // the helper's arguments
};

// The program, and the options that shut it in.
struct Closed {
    std::vector<std::string> program;  // with what is in front of it
    std::vector<std::string> options;
    std::string known_hosts_command;  // the value among them; empty where this ssh has none, and
    std::string known_hosts;          // then the file with the trusted set
    bool can_report = false;          // it runs our helper, whose verdict can reach us

    // The words, FIRST in front of the options: of an option given twice ssh takes the first.
    [[nodiscard]] system::Command command(const std::vector<std::string>& first = {}) const;
};

// REPORT: where the helper tells what it decided; may be empty. What has to be written goes into
// FILES. Throws a system::Failure where ssh cannot be shut in.
[[nodiscard]] Closed close(const Enclosure& enclosure, const ssh::OfferedIdentity& identity,
                           const std::string& report, system::TemporaryDirectory& files);

// The same for the native transport, with the session that was typed. Throws as close() does.
[[nodiscard]] Order make_order(const Enclosure& enclosure, const ssh::OfferedIdentity& identity,
                               const std::string& report);

}  // namespace hfssh::transport

#pragma once

#include <functional>
#include <optional>
#include <string>

#include "hfssh/hub/repository.hpp"
#include "hfssh/identity/memory_store.hpp"
#include "hfssh/ssh/closed/refusal.hpp"
#include "hfssh/ssh/closed/report_channel.hpp"
#include "hfssh/ssh/closed/supervise.hpp"
#include "hfssh/transport/selection.hpp"

namespace hfssh::transport {

// What is known when ssh has ended.
struct Attempt {
    const Selection& selection;
    const hub::RemoteCommand& command;
    ssh::Ended ended;
    ssh::Report report = ssh::Report::none;
    bool reports = false;     // would the helper's word have reached us?
    bool batch_mode = false;  // nobody could have been asked for a passphrase
    std::function<std::optional<std::string>()> ask_account;
    std::function<bool()> told_to_end;  // a signal has come meanwhile
    std::function<ssh::Refusal()> refusal;
};

// Learns from a success, and explains a failure: once, and not what the helper has explained.
void conclude(const Attempt& attempt, identity::MemoryStore& memory);

}  // namespace hfssh::transport

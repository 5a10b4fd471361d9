#include "hfssh/manage/doctor.hpp"

// Groups that are still to be written.
namespace hfssh::manage {

Checks check_keys(const Situation& /*situation*/) {
    return {};
}

Checks check_agent(const Situation& /*situation*/) {
    return {};
}

Checks check_known_hosts(const Situation& /*situation*/) {
    return {};
}

PendingChecks check_network(const Situation& /*situation*/) {
    return {};
}

PendingChecks check_host_keys(const Situation& /*situation*/) {
    return {};
}

PendingChecks check_account(const Situation& /*situation*/) {
    return {};
}

}  // namespace hfssh::manage
